/** Everything that the account page says. `name` is the companion's. */
export const accountWords = {
  title: 'Your account',
  lead: (name: string) =>
    `What ${name} knows of you, and what it may do. Each change counts at once, everywhere.`,
  index: 'On this page',
  sections: {
    you: 'You',
    accounts: 'Linked accounts',
    character: 'Voice and character',
    memory: 'Memory',
    overlays: 'Overlays',
    privacy: 'Privacy',
    sessions: 'Sessions',
    data: 'Your data',
  },
  save: 'Save',
  name: (name: string) => `What ${name} calls you`,
  nameHint: 'Leave it empty to be called what the platform shows.',
  language: 'Language of the answers',
  languageAsWritten: 'The one you write in',
  style: (name: string) => `How ${name} should talk to you`,
  stylePlaceholder: 'Short answers, please. I like puns.',
  styleHint: (name: string) =>
    `Up to 200 characters. It colours the tone; it does not change who ${name} is.`,
  voice: 'Voice that reads answers aloud to you',
  voiceUsual: (name: string) => `${name}’s own`,
  voices: { slt: 'Clear, higher', rms: 'Calm, lower', awb: 'Scottish', kal16: 'Robot' } as Readonly<
    Record<string, string>
  >,
  historyOn: (name: string) => `${name} keeps your conversations, so that it knows what was said before.`,
  historyOff: (name: string) =>
    `${name} keeps nothing new: a question is erased when it is answered, the answer when you have it. What was kept before stays until you forget it.`,
  historyStop: 'Stop keeping',
  historyStart: 'Keep again',
  kept: (messages: number, talks: number) =>
    `${messages === 1 ? 'One message' : `${messages} messages`} of yours and the answers, in ${
      talks === 1 ? 'one conversation' : `${talks} conversations`
    }.`,
  newestTalks: (count: number) => `The newest ${count} of them:`,
  nothingKept: 'Nothing that you said is kept.',
  noWords: 'without words of yours',
  look: 'Look',
  lookAt: (title: string) => `Look at ${title}`,
  messages: (count: number) => (count === 1 ? '1 message' : `${count} messages`),
  places: { discord: 'Discord', twitch: 'Twitch', web: 'This site' },
  forgetTalk: 'Forget this conversation',
  forgetTalkWhat:
    'What you said in this conversation, and what was answered to you, is erased. What others said there stays. This cannot be undone.',
  forgetAll: 'Forget everything said',
  forgetAllWhat: (name: string) =>
    `Everything you ever said to ${name}, on every platform, and every answer is erased, with your name, your wishes and your consent to be written down. Your overlays and accounts stay. This cannot be undone.`,
  forgetTurn: 'Forget this',
  forgetTurnOf: (text: string) => `Forget this: ${text}`,
  talkTitle: (title: string) => `Kept of “${title}”`,
  talkLead: 'Your messages and the answers to them, the newest last. What others said there is not shown.',
  talkNewest: (count: number) => `Only the newest ${count} are shown here; the export has all.`,
  backToAccount: 'Back to your account',
  overlays: (count: number) =>
    count === 0
      ? 'You have no overlays. One is a web address that shows the companion in OBS.'
      : count === 1
        ? 'You have one overlay.'
        : `You have ${count} overlays.`,
  manageOverlays: 'Manage overlays',
  heardOn: (name: string) => `In calls, ${name} listens to you.`,
  heardOff: (name: string) => `In calls, ${name} does not listen to you: your voice is dropped unheard.`,
  heardStop: 'Do not listen to me',
  heardStart: 'Listen to me again',
  transcriptsOn: 'What you say in calls may be written down.',
  transcriptsOff: 'What you say in calls is not written down.',
  transcriptsStop: 'Do not write it down',
  transcriptsStart: 'Allow writing it down',
  noAccounts: 'This installation has one owner, whoever sits at this machine. Nobody signs in.',
  exportTitle: 'Take it with you',
  exportLead: 'One JSON file with everything that is kept of you, by table, except secrets such as tokens.',
  export: 'Download everything',
  deleteTitle: 'Delete everything',
  deleteLead: 'You are removed as if you had never been here, at once. This cannot be undone. Deleted are:',
  deleted: [
    'in the database: your name and settings, linked accounts, every message and answer, consents, overlays, sign-ins and the log of them',
    'in queues and on disk: what waits to be answered or delivered, recordings of answers for reconnecting pages, what was put aside, transcripts of calls, avatars that you uploaded',
  ],
  deleteRest: (name: string) =>
    `Messages that ${name} already posted on Discord or Twitch are theirs to delete. Backups and database logs of whoever runs this installation end on their schedule. For a day a fingerprint of your accounts is kept, so that nothing written before comes back.`,
  deletePhrase: 'delete everything',
  deleteType: (phrase: string) => `Type “${phrase}” to go on`,
  deleteNow: 'Delete everything now',
  wrongPhrase: (phrase: string) => `Nothing was deleted: the words “${phrase}” were not typed as shown.`,
  goneTitle: 'Everything is deleted',
  gone: (turns: number, overlays: number) =>
    `${turns === 1 ? 'One message' : `${turns} messages`} with answers, ${
      overlays === 1 ? 'one overlay' : `${overlays} overlays`
    }, your names, settings and accounts are gone from the database, the queues and the disk.`,
  partlyGoneTitle: 'Deleted from the database, not yet everywhere',
  partlyGone:
    'The queue does not answer at the moment. You are gone from the database, nothing that waits there will be answered, and what is left of it goes by itself within a week. Tell whoever runs this installation if you want to be sure.',
  goneNext: 'Begin anew',
  saved: {
    you: 'Saved. It counts from the next answer on.',
    character: 'Saved. It counts from the next answer on.',
    history: 'Changed. It counts from now on.',
    privacy: 'Changed. It counts from now on, also in calls that run.',
    talk: 'Forgotten. What you said there is erased.',
    all: 'Forgotten. What you said is erased.',
  },
  forgotTurn: 'Forgotten.',
} as const

export type Saved = keyof typeof accountWords.saved
