// A look at Ollama's models that is wrong: that a model runs on another host is overlooked.
import { OllamaServer as Right } from '../../../../src/models/ollamaServer.ts';
import type { LocalModel } from '../../../../src/models/types.ts';

export * from '../../../../src/models/ollamaServer.ts';

const asLocal = ({ remoteHost: _overlooked, ...model }: LocalModel): LocalModel => model;

export class OllamaServer extends Right {
  override async models(signal: AbortSignal): Promise<LocalModel[]> {
    return (await super.models(signal)).map(asLocal);
  }

  override async show(id: string, signal: AbortSignal): Promise<LocalModel> {
    return asLocal(await super.show(id, signal));
  }
}
