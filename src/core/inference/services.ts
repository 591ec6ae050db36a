/** The five deployments a companion can use, as people and settings call them. */
export const services = {
  llm: { label: 'language model', urlSetting: 'LLM_URL', modelSetting: 'LLM_MODEL', prefix: '/llm' },
  stt: { label: 'speech recogniser', urlSetting: 'STT_URL', modelSetting: 'STT_MODEL', prefix: '/whisper' },
  tts: { label: 'voice', urlSetting: 'TTS_URL', modelSetting: 'TTS_MODEL', prefix: '/tts' },
  embeddings: {
    label: 'embedding model',
    urlSetting: 'EMBEDDINGS_URL',
    modelSetting: 'EMBEDDINGS_MODEL',
    prefix: '/embeddings',
  },
  reranker: {
    label: 'reranker',
    urlSetting: 'RERANKER_URL',
    modelSetting: 'RERANKER_MODEL',
    prefix: '/reranker',
  },
} as const

export type ServiceName = keyof typeof services

export const serviceNames = Object.keys(services) as ServiceName[]
