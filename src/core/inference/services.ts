/** The five deployments a companion can use, as people and settings call them. */
export const services = {
  llm: { label: 'language model', urlSetting: 'LLM_URL', modelSetting: 'LLM_MODEL' },
  stt: { label: 'speech recogniser', urlSetting: 'STT_URL', modelSetting: 'STT_MODEL' },
  tts: { label: 'voice', urlSetting: 'TTS_URL', modelSetting: 'TTS_MODEL' },
  embeddings: { label: 'embedding model', urlSetting: 'EMBEDDINGS_URL', modelSetting: 'EMBEDDINGS_MODEL' },
  reranker: { label: 'reranker', urlSetting: 'RERANKER_URL', modelSetting: 'RERANKER_MODEL' },
} as const

export type ServiceName = keyof typeof services
