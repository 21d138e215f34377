// The models of the test Ollama, and how `/api/tags`, `/api/show` and `/api/ps` describe them.

export interface OllamaTestModel {
  /** With its tag. */
  name: string;
  /** `completion`, `thinking`, `insert`, `tools` … */
  capabilities: string[];
  family: string;
  parameterSize: string;
  quantization: string;
  /** Bytes on disk; a few hundred for one that runs elsewhere. */
  sizeBytes: number;
  /** For the size in memory: weights + 2 x blocks x kvHeads x headLength x 2 bytes x context. */
  blocks: number;
  heads: number;
  kvHeads: number;
  headLength: number;
  embeddingLength: number;
  /** Longest context it was trained for, in tokens. */
  contextLength: number;
  template: string;
  digest: string;
  modifiedAt: string;
  /** Set: its prompts are handed to that host. */
  remoteHost?: string;
  remoteModel?: string;
}

const chatml =
  '{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n';

/** Makes a model of a name and of what shall differ from a plain one of 135 million parameters. */
export function ollamaModel(name: string, differs: Partial<OllamaTestModel> = {}): OllamaTestModel {
  return {
    name: withTag(name),
    capabilities: ['completion'],
    family: 'llama',
    parameterSize: '134.52M',
    quantization: 'Q4_1',
    sizeBytes: 98_363_092,
    blocks: 30,
    heads: 9,
    kvHeads: 3,
    headLength: 64,
    embeddingLength: 576,
    contextLength: 8192,
    template: chatml,
    digest: digestOf(name),
    modifiedAt: '2026-11-24T01:53:08.663688159Z',
    ...differs,
  };
}

/** Thinks. */
export const thinkingModel = ollamaModel('deepseek-r1:8b', {
  capabilities: ['completion', 'thinking', 'tools'],
  family: 'qwen3',
  parameterSize: '8.2B',
  quantization: 'Q4_K_M',
  sizeBytes: 5_225_376_047,
  blocks: 36,
  heads: 32,
  kvHeads: 8,
  headLength: 128,
  embeddingLength: 4096,
  contextLength: 131_072,
  modifiedAt: '2026-11-24T01:55:21.048634622Z',
});

/** Fills in the middle. */
export const insertingModel = ollamaModel('qwen2.5-coder:1.5b-base', {
  capabilities: ['completion', 'insert'],
  family: 'qwen2',
  parameterSize: '1.5B',
  quantization: 'Q4_K_M',
  sizeBytes: 986_062_089,
  blocks: 28,
  heads: 12,
  kvHeads: 2,
  headLength: 128,
  embeddingLength: 1536,
  contextLength: 32_768,
  template: `{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ else }}${chatml}{{ end }}`,
  modifiedAt: '2026-11-24T01:56:50.134288547Z',
});

/** Neither thinks nor fills in. */
export const plainModel = ollamaModel('plain:latest');

/** Runs elsewhere: nothing in its name shows it. */
export const remoteModel = ollamaModel('deepseek-r1:7b', {
  capabilities: ['completion', 'thinking'],
  family: 'qwen2',
  sizeBytes: 243,
  contextLength: 131_072,
  remoteHost: 'https://ollama.com:11434',
  remoteModel: 'deepseek-r1:671b',
  modifiedAt: '2026-11-24T02:10:11.03996092Z',
});

/** A name without a tag means `latest`. */
export function withTag(name: string): string {
  return name.includes(':', name.lastIndexOf('/') + 1) ? name : `${name}:latest`;
}

/** 64 hexadecimal digits that depend on the name only. */
export function digestOf(name: string): string {
  let state = 0x811c9dc5;
  let digits = '';
  for (let round = 0; digits.length < 64; round += 1) {
    for (const character of `${name}#${round}`) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
    digits += (state >>> 0).toString(16).padStart(8, '0');
  }
  return digits;
}

/** Bytes in memory with that context. */
export function loadedSize(model: OllamaTestModel, contextTokens: number): number {
  return model.sizeBytes + 4 * model.blocks * model.kvHeads * model.headLength * contextTokens;
}

function details(model: OllamaTestModel, parent = '') {
  const remote = model.remoteHost !== undefined;
  return {
    parent_model: parent,
    format: remote ? '' : 'gguf',
    family: model.family,
    families: model.family === '' ? null : [model.family],
    parameter_size: remote ? '' : model.parameterSize,
    quantization_level: remote ? '' : model.quantization,
  };
}

/** `remote_model` and `remote_host`, which a local model lacks. */
export function remoteMarks(model: OllamaTestModel): { remote_model?: string; remote_host?: string } {
  if (model.remoteHost === undefined) return {};
  return { remote_model: model.remoteModel ?? model.name, remote_host: model.remoteHost };
}

export function tagEntry(model: OllamaTestModel): object {
  return {
    name: model.name,
    model: model.name,
    ...remoteMarks(model),
    modified_at: model.modifiedAt,
    size: model.sizeBytes,
    digest: model.digest,
    details: details(model),
  };
}

export function psEntry(model: OllamaTestModel, contextTokens: number, expiresAt: string): object {
  return {
    name: model.name,
    model: model.name,
    size: loadedSize(model, contextTokens),
    digest: model.digest,
    details: details(model),
    expires_at: expiresAt,
    size_vram: 0,
    context_length: contextTokens,
  };
}

export function showEntry(model: OllamaTestModel): object {
  const remote = model.remoteHost !== undefined;
  const from = remote ? '' : `/models/blobs/sha256-${digestOf(`${model.name} weights`)}`;
  const template = remote ? '{{ .Prompt }}' : model.template;
  const modelfile =
    '# Modelfile generated by "ollama show"\n# To build a new Modelfile based on this, replace FROM with:\n' +
    `# FROM ${model.name}\n\nFROM ${from}\nTEMPLATE ${remote ? template : JSON.stringify(template)}\n`;
  const arch = model.family;
  const modelInfo = remote
    ? { [`${arch}.context_length`]: model.contextLength, 'general.architecture': arch }
    : {
        'general.architecture': arch,
        'general.file_type': 3,
        'general.quantization_version': 2,
        'general.type': 'model',
        [`${arch}.attention.head_count`]: model.heads,
        [`${arch}.attention.head_count_kv`]: model.kvHeads,
        // Left out where it is embedding_length / head_count, as llama and qwen2 do.
        ...(model.headLength * model.heads === model.embeddingLength && arch !== 'qwen3'
          ? {}
          : {
              [`${arch}.attention.key_length`]: model.headLength,
              [`${arch}.attention.value_length`]: model.headLength,
            }),
        [`${arch}.block_count`]: model.blocks,
        [`${arch}.context_length`]: model.contextLength,
        [`${arch}.embedding_length`]: model.embeddingLength,
        'tokenizer.ggml.model': 'gpt2',
        'tokenizer.ggml.tokens': null,
      };
  return {
    modelfile,
    ...(remote ? {} : { parameters: 'stop                           "<|im_end|>"\ntemperature                    0' }),
    template,
    details: details(model, from),
    ...remoteMarks(model),
    model_info: modelInfo,
    ...(remote
      ? {}
      : { tensors: [{ name: 'token_embd.weight', type: 'Q8_0', shape: [model.embeddingLength, 49_152] }] }),
    capabilities: model.capabilities,
    modified_at: model.modifiedAt,
  };
}
