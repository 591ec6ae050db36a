/**
 * Every sentence that people read on Discord, in plain words: what happened, what it means for them, what to do. The names
 * and descriptions of commands, which are translated, are in command-texts.ts.
 */
export const strings = {
  demoStatus: 'built-in demo, no model connected',

  someone: '@someone',
  someRole: '@some-role',
  linkLeftOut: '(a very long link was left out)',

  answerTooLong: '-# My answer is longer than fits here. Ask me for the part you need.',
  failed: "I couldn't finish an answer. Nothing is wrong with your message; please ask again in a minute.",
  stopped: 'Stopped before I said anything.',
  nothingToSay: 'I have nothing to say to that. Try asking in other words.',

  emptyQuestion: "I'm here. Write your question after my name, or use /ask.",
  onlyText: 'I can only read text so far. Describe it in words and I can help.',
  unreadableReply: 'I can only read messages that mention me. Switch the @ on when you reply, or use /ask.',
  tooManyWaiting:
    'You already have several questions waiting. I answer those first; ask again when they are done.',
  cannotTakeQuestions:
    "I can't take questions at the moment, so this one was not kept. Please try again in a minute.",

  quietUntil: (to: string, timeZone: string) =>
    `It is quiet time on this server until ${to} (${timeZone}). Ask me again then, or in a direct message.`,
  notInThisChannel: (channels: string) => `On this server I talk in ${channels} only. Ask me there.`,

  askAboutThis: {
    en: 'What do you make of this message?',
    de: 'Was hältst du von dieser Nachricht?',
    ja: 'このメッセージについてどう思う?',
  },
  nothingToReadThere: 'That message has no text that I could read.',

  commandFailed: "That didn't work, and nothing was changed. Please try again in a minute.",
  unknownCommand: 'I no longer know that command. Type / to see what I can do.',
  needsManageServer: 'Only people who may manage this server can change that.',
  onlyOnServers: 'That is a setting of a server where I am a member. Use it there.',

  personaChanged: {
    server: 'Done. From the next answer on this is how I am on this server.',
    channel: 'Done. From the next answer on this is how I am in this channel.',
    me: "Done. From the next answer on I'll keep that in mind for you, wherever we talk.",
  },
  personaReset: {
    server: 'Done. On this server I am as I came.',
    channel: 'Done. In this channel I am as on the rest of the server.',
    me: 'Done. I forgot your wishes.',
  },
  personaNothingGiven: 'Fill in at least one field to change.',
  personaTooLong: (field: string, limit: number) => `${field} can be at most ${limit} characters long.`,
  personaBadLanguage: 'Write the language as a short tag, such as en, de or pt-BR.',
  personaHere: (name: string) => `Here I am **${name}**.`,
  personaField: (label: string, value: string) => `**${label}:** ${value}`,
  personaLabels: {
    personality: 'Character',
    style: 'How I talk',
    greeting: 'Greeting',
    callMe: 'You like to be called',
    wishedStyle: 'You like me to talk',
    language: 'You like me to speak',
  },

  quietHoursSet: (from: string, to: string, timeZone: string) =>
    `Done. From ${from} to ${to} (${timeZone}) I answer nobody on this server.`,
  quietHoursOff: 'Done. I answer at any hour.',
  quietHoursBad:
    'I need two times such as 22:00 and 07:30, and a time zone such as Europe/Berlin. Nothing was changed.',
  channelAllowed: (channel: string) => `Done. I talk in ${channel}.`,
  channelRemoved: (channel: string, left: string) => `Done. I no longer talk in ${channel}, only in ${left}.`,
  channelNotListed: (channel: string) => `${channel} is not in my list. See /settings show.`,
  channelsEverywhere: 'Done. I talk in every channel that I can see.',
  tooManyChannels:
    'That list is full. Allow everything instead, and take my permission to view channels away elsewhere.',
  settingsShown: (quiet: string | undefined, channels: string | undefined) =>
    [
      quiet === undefined ? 'Quiet hours: none.' : `Quiet hours: ${quiet}.`,
      channels === undefined ? 'I talk in every channel that I can see.' : `I talk in ${channels} only.`,
    ].join('\n'),

  forgetHere:
    'This erases what you said to me in this channel and what I answered you, and my notes on this conversation. ' +
    'Messages that Discord shows stay; delete those yourself. It cannot be undone.',
  forgetEverything:
    'This erases everything you ever said to me and what I answered you, on every server and in direct messages, and what you set with /persona. ' +
    'Messages that Discord shows stay; delete those yourself. It cannot be undone.',
  forgetButton: 'Erase it',
  keepButton: 'Keep it',
  forgot: (count: number) =>
    count === 0
      ? 'There was nothing to erase.'
      : `Done. ${count} ${count === 1 ? 'exchange is' : 'exchanges are'} erased.`,
  kept: 'Nothing was erased.',

  privacy: (name: string, keepsHistory: boolean) =>
    [
      `**What reaches me.** Only messages that mention me or reply to me, direct messages to me, and commands. I never see the rest of a channel.`,
      keepsHistory
        ? `**What is kept.** What you say to me and what I answer, so that I can follow our conversation, and what you set with /persona.`
        : `**What is kept.** Nothing of what you say to me: your question is erased when it is answered, and the answer when you have it. What you set with /persona stays.`,
      `**Where.** In the database of whoever runs ${name} here. To find an answer, your words also go to the language model that they use.`,
      `**Your say.** Delete a message and I forget it with its answer. /forget erases what was kept, here or everywhere.`,
    ].join('\n'),
  stopKeepingButton: 'Keep nothing of mine',
  keepAgainButton: 'Keep our conversation',
} as const
