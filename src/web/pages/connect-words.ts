/** The sentences of the connect page. Steps are HTML written here; nothing in them comes from outside. */
export const connectWords = {
  title: 'Connect a model',
  leadDemo:
    'The companion answers with its built-in script now. Give it a language model and it thinks for itself; your conversations stay on this machine.',
  lead: 'A language model is connected. To use another one, change these settings and start again.',
  now: 'What is connected now',
  none: 'nothing yet',
  services: {
    chatModel: 'Language model',
    transcriber: 'Speech recogniser',
    synthesizer: 'Voice',
    embedder: 'Embeddings',
    reranker: 'Reranker',
  },
  recipes: [
    {
      title: 'Ollama on this machine',
      text: 'The shortest way, about a minute plus the download. A few gigabytes of memory are enough for a small model.',
      steps: [
        'Install Ollama, then fetch a model: <code>ollama pull llama3.2</code>',
        'Put these lines into the file <code>.env</code> in the folder of Companions:',
        'Stop Companions with Ctrl+C and start it again: <code>npm start</code>',
      ],
      env: 'LLM_URL=http://localhost:11434\nLLM_MODEL=llama3.2\n',
    },
    {
      title: 'Any server that speaks the OpenAI API',
      text: 'vLLM, llama.cpp, LM Studio or a hosted service: give the address before /v1, the model’s name and, where it is asked for, a key.',
      steps: [
        'Put these lines into <code>.env</code>, with your address and model:',
        'Start Companions again.',
      ],
      env: 'LLM_URL=http://localhost:8000\nLLM_MODEL=Qwen/Qwen3-8B\nINFERENCE_API_KEY=\n',
    },
    {
      title: 'Ray Serve with everything',
      text: 'One address for language model, speech recogniser, voice, embeddings and reranker. Any of them can be elsewhere: its own URL wins.',
      steps: ['Put the address into <code>.env</code>:', 'Start Companions again.'],
      env: 'RAY_SERVE_URL=http://localhost:8000\n# one service elsewhere, for example the voice:\n# TTS_URL=http://localhost:8880\n',
    },
  ],
  more: 'All settings and why they exist are in the file .env.example.',
} as const
