// The linter: strict TypeScript, and the three rules of the house (docs/architecture.md, "Import rules").
import tseslint from 'typescript-eslint';

/** A restriction of imports, as `no-restricted-imports` wants it. */
const forbid = (regex, message) => ({ regex, message });

const clients = [
  forbid('^(openai|ollama|undici|axios)(/|$)', 'One door: only src/models may import a model client.'),
  forbid('^(node:)?(http|https|http2|net|tls|dgram|dns)(/|$)', 'One door: only src/models may open sockets.'),
];
const modelClients = forbid(
  '/models/(deepseek|ollama|ollamaServer|forge|openaiWire|http|transports|addresses)[^/]*$',
  'One door: only privacy/gateway.ts may import the model clients (privacy/visibility.ts: models/forge.ts).',
);
const vscode = forbid(
  '^vscode$',
  'Pure core: only */provider.ts, */panel.ts, */vscode*.ts, extension.ts and settings.ts import vscode.',
);
const otherRooms = (...allowed) =>
  forbid(
    `^\\.\\./(?!(${['never', ...allowed].join('|')})/)[a-z]+/`,
    `Which way is up: this room may import only from ${allowed.length > 0 ? allowed.join(', ') : 'itself'}.`,
  );

/** The same restriction for `import('…')` and `require('…')`, which `no-restricted-imports` does not look at. */
const forbidWhenFirstUsed = ({ regex, message }) => {
  const value = `/${regex.replaceAll('/', '\\/')}/`;
  return [
    { selector: `ImportExpression[source.value=${value}]`, message },
    { selector: `CallExpression[callee.name='require'][arguments.0.value=${value}]`, message },
  ];
};

/** One config object per set of files: a later one replaces the rule of an earlier one, so each states its whole list. */
const imports = (files, patterns) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': ['error', ...patterns.flatMap(forbidWhenFirstUsed)],
  },
});
const noGlobals = {
  'no-restricted-globals': [
    'error',
    ...['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'].map((name) => ({
      name,
      message: 'One door: only src/models may reach the network.',
    })),
  ],
  'no-restricted-properties': [
    'error',
    ...['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'].map((property) => ({
      object: 'globalThis',
      property,
      message: 'One door: only src/models may reach the network.',
    })),
  ],
};
const adapters = (room) => [`src/${room}/provider.ts`, `src/${room}/panel.ts`, `src/${room}/vscode*.ts`];

/** What each room may import from other rooms. `extension.ts` alone may import everything; `main.ts` only that. */
const rooms = {
  models: [],
  privacy: ['models'],
  context: [],
  completion: ['privacy', 'context', 'models'],
  chat: ['privacy', 'context', 'models'],
  edits: ['privacy', 'context', 'models'],
  actions: ['privacy', 'context', 'models', 'edits', 'chat'],
  local: ['privacy', 'models'],
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'out/',
      'node_modules/',
      '.vscode-test/',
      'test/practice/sample/',
      'test/host/workspace/',
      '**/node_modules/',
    ],
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/webview/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/**/*.ts'], rules: noGlobals },
  // The linter's patterns see the path as written, so each room states what it may reach.
  ...Object.entries(rooms).flatMap(([room, allowed]) => {
    const shared = [...clients, modelClients, otherRooms(...allowed)];
    return [imports([`src/${room}/**/*.ts`], [...shared, vscode]), imports(adapters(room), shared)];
  }),
  imports(
    ['src/webview/**/*.ts'],
    [
      ...clients,
      vscode,
      forbid('^\\.\\./(?!chat/protocol\\.ts$)', 'The webview imports nothing of src but chat/protocol.ts.'),
    ],
  ),
  imports(['src/extension.ts', 'src/settings.ts'], clients),
  imports(['src/privacy/gateway.ts'], [...clients, otherRooms('models'), vscode]),
  imports(
    ['src/privacy/visibility.ts'],
    [
      ...clients,
      forbid('/models/(?!forge\\.ts$|types\\.ts$|errors\\.ts$)', 'visibility.ts may only ask the forge.'),
      otherRooms('models'),
      vscode,
    ],
  ),
  {
    files: ['src/models/**/*.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  imports(['src/models/**/*.ts'], [otherRooms(), vscode]),
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
);
