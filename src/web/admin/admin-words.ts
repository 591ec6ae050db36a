/** Everything that the admin page says. */
export const adminWords = {
  title: 'Administration',
  refusedTitle: 'This page is not for this account',
  refused:
    'It is for the people that ADMIN_IDENTITIES names. Sign in with one of those accounts, or add yours to the setting and start again.',
  panicTitle: 'Panic switch',
  panicLead:
    'Ends every answer that runs or waits, stops what is being spoken, and leaves every call, now. What people write afterwards is answered again.',
  panic: 'Silence everything now',
  panicDone: 'Every answer is stopped.',
  calls: {
    left: 'All calls are left.',
    none: 'There were no calls.',
    absent: 'No bot is running, so there were no calls.',
    unknown: 'The bot did not answer: look whether it is still in a call.',
  },
  lightsTitle: 'Dependencies',
  states: { up: 'works', down: 'does not work', absent: 'not used' },
  builtIn: 'Built in; needs nothing.',
  absent: 'Not connected; what needs it is left out.',
  lights: {
    database: 'Database',
    bus: 'Bus',
    llm: 'Language model',
    stt: 'Speech recogniser',
    tts: 'Voice',
    embeddings: 'Embeddings',
    reranker: 'Reranker',
  },
  databaseUp: (ms: number) => `Answers in ${ms} ms.`,
  databaseDown:
    'It does not answer within two seconds. Nobody can be shown anything until it does; messages wait in the queue. Look at PostgreSQL and at DATABASE_URL.',
  busUp: 'Connected.',
  busDown:
    'The broker cannot be reached. Messages are kept on disk and go out when it is back. Look at NATS and at NATS_URL.',
  turnsTitle: 'The last turns',
  turnsTable: 'Table of turns',
  turnsNone: 'Nobody has said anything yet.',
  turnsLead: (count: number) =>
    count === 1 ? 'The newest one, without its words.' : `The newest ${count}, without their words.`,
  legend: { context: 'context', firstToken: 'first token', answer: 'answer' },
  columns: { when: 'When', where: 'Where', status: 'Status', times: 'Times' },
  unmeasured: 'not measured',
  times: (context: number, firstToken: number, total: number) =>
    `context ${context} ms, first token after ${firstToken} ms, ${total} ms in all`,
  inAll: (total: number) => `${total} ms in all`,
  attempt: (attempt: number) => `, try ${attempt}`,
  percentilesTitle: 'How long people wait',
  percentilesLead: (count: number) =>
    count === 1 ? 'Of the newest measured turn.' : `Of the newest ${count} measured turns.`,
  percentilesNone: 'Nothing was measured yet.',
  firstToken: 'To the first token',
  total: 'To the end of the answer',
  half: 'half within',
  most: '95 % within',
  guildsTitle: 'Settings of servers',
  guildsNone: 'No server has settings of its own.',
  guildsLead: 'As their administrators set them with /persona, /settings and /voice.',
} as const
