// Addresses that buttons open in the browser. Fathom itself asks none of them.

export const sites = {
  keys: 'https://platform.deepseek.com/api_keys',
  topUp: 'https://platform.deepseek.com/top_up',
  ollama: 'https://ollama.com/download',
} as const;
