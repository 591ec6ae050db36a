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
    'This erases everything you ever said to me and what I answered you, on every server, in calls and in direct messages, and what you set with /persona. ' +
    'Messages that Discord shows stay; delete those yourself. It cannot be undone.',
  forgetButton: 'Erase it',
  keepButton: 'Keep it',
  forgot: (count: number) =>
    count === 0
      ? 'There was nothing to erase.'
      : `Done. ${count} ${count === 1 ? 'exchange is' : 'exchanges are'} erased.`,
  kept: 'Nothing was erased.',

  callNobodyThere: 'Go into a voice channel first, or name one: /join with its channel.',
  callNotVoice: 'I can only join voice channels and stages.',
  callNoEars:
    "I can't join calls here: no speech recogniser is set up, so I would hear nobody. Whoever runs me can set STT_URL (or " +
    'RAY_SERVE_URL) and start me again. Until then, write to me and I answer in writing.',
  callUnavailable: 'Calls are not switched on in this installation. Write to me instead.',
  callMissing: (channel: string, permissions: readonly string[]) =>
    `I can't join ${channel}: I lack the permission to ${permissions.join(' and to ')} there. Whoever manages this server can give it to me.`,
  callPermissions: {
    view: 'see the channel',
    connect: 'connect',
    speak: 'speak',
  },
  callFull: (channel: string) =>
    `${channel} is full, so I can't join. Make room for one more and ask me again.`,
  callNoAnswer:
    'Discord did not let me in. The channel may be full or closed to me; look at it, then ask me again.',
  callRefused: "Discord's voice server refused me. Ask me again with /join.",
  callDisconnected: 'I was taken out of the call, or the channel is gone. With /join I come back.',
  callNeedsEncryption:
    'Discord closed the call because it could not be encrypted end to end. I cannot join until whoever runs me updates me.',
  callRateLimited: 'Discord closed the call because I did too much at once. Ask me again in a minute.',
  callEnded: 'Discord ended the call for everybody. With /join I come back.',
  callFailed: 'I ran into a fault of my own and left the call. Ask me again with /join.',
  callLost: 'I could not get back into the call and gave up. With /join I try again.',
  callSearching: 'I lost the connection to the call and keep trying to come back. You need not do anything.',
  callLeft: 'I left the call.',
  callElsewhere: (channel: string) =>
    `I am already talking with people in ${channel}. Come there, or ask them to send me away with /leave.`,
  callListening: (name: string, channel: string) =>
    [
      `I'm in ${channel} now and **I listen**: just talk to me. Where several people are, say “${name}” first.`,
      '-# What is said goes to the speech recogniser and the language model of whoever runs me. I store no word of it unless ' +
        'you allow it. /privacy makes me deaf to you, /leave sends me away.',
    ].join('\n'),
  callNewcomer: (name: string) =>
    `Hello! I'm ${name}, and I listen in this call. If you would rather not be heard by me, use /privacy.`,
  callOnStage: 'I now speak on this stage.',
  callInAudience: 'I am in the audience of this stage and asked to speak. A moderator can let me.',
  callMayNotAsk: 'I am in the audience of this stage and may not ask to speak. A moderator can invite me.',
  noCall: 'I am in no call on this server.',
  notInCall: (channel: string) =>
    `Only people who are with me in ${channel}, or who may manage this server, can do that.`,
  callStopped: 'I am quiet.',
  clapped: 'I clapped.',
  clapMustWait: 'I am speaking just now, so there is no clap. It comes when I am quiet.',
  clapNeedsCall:
    'I am in no call on this server, so nobody would hear a clap. Go into a voice channel, call me with /join, and start again.',
  callGreeting: {
    en: (name: string) =>
      `Hello, I am ${name}. I am listening now. If you would rather not be heard, use slash privacy.`,
    de: (name: string) =>
      `Hallo, ich bin ${name}. Ich höre jetzt zu. Wer nicht gehört werden möchte, benutzt Schrägstrich Datenschutz.`,
    ja: (name: string) =>
      `こんにちは、${name}です。これから聞いています。聞かれたくない方は、スラッシュ・プライバシーを使ってください。`,
  },
  voiceSettings: (voice: string, language: string, channels: string | undefined, staysWhenAlone: boolean) =>
    [
      `Voice: ${voice}. Language: ${language}.`,
      channels === undefined
        ? 'I join when I am asked to.'
        : `I join by myself when somebody enters ${channels}.`,
      staysWhenAlone ? 'I stay when everybody has left.' : 'I leave when everybody has left.',
    ].join('\n'),
  voiceDefault: 'my own',
  languageGuessed: 'what I hear',
  voiceTurn: (rows: readonly string[]) => `**My last answer in the call**\n${rows.join('\n')}`,
  voiceNoTurn: 'In this call I have not answered anything yet.',
  voiceTimes: {
    eouDelayMs: 'noticed that you had finished',
    sttFinalMs: 'understood your words',
    llmTtftMs: 'first word of the answer',
    llmFirstSentenceMs: 'first sentence of the answer',
    ttsTtfbMs: 'first sound made',
    e2eMs: 'from your last sound to my first',
    bargeInStopMs: 'fell silent when interrupted',
  } as Readonly<Record<string, string>>,
  voiceChanged: 'Done. It holds from now on.',
  voiceNothingGiven: 'Fill in at least one field to change.',
  voiceBadLanguage: 'Write the language as a short tag, such as en, de or ja; “any” takes it back.',
  tooManyAutoJoin: 'That list is full. Take a channel off it first.',

  voiceMessageTooLong:
    'That voice message is longer than I can listen to. Keep it under five minutes, or write to me.',
  voiceMessageUnreadable: "I couldn't play that voice message. Send it again, or write to me.",
  voiceMessageEmpty: "I couldn't make out any words in that voice message. Say it again, or write to me.",
  voiceMessageNoEars:
    "I can't listen to voice messages here: no speech recogniser is set up. Write it to me instead; whoever runs me can set STT_URL.",
  voiceMessageFailed:
    "I couldn't listen to that just now: the speech recogniser failed. Try again in a minute, or write to me.",

  privacyInCalls: ({ isHeard, allowsTranscripts }: { isHeard: boolean; allowsTranscripts: boolean }) =>
    [
      isHeard
        ? '**In calls.** I listen to you when I am in your voice channel, and say so when I come.'
        : '**In calls.** I do not listen to you. What your microphone sends me is thrown away unheard.',
      allowsTranscripts
        ? 'You allowed that what you say to me there is written down, so that I remember it.'
        : 'Nothing that you say there is stored; when the call ends, I have forgotten it.',
    ].join(' '),
  stopHearingButton: "Don't listen to me",
  hearAgainButton: 'Listen to me again',
  allowTranscriptsButton: 'Remember what I say in calls',
  forbidTranscriptsButton: 'Forget calls',

  privacy: (name: string, keepsHistory: boolean) =>
    [
      `**What reaches me.** Only messages that mention me or reply to me, direct messages to me, commands, and what is said in a voice channel while I am in it. I never see the rest of a channel.`,
      keepsHistory
        ? `**What is kept.** What you say to me and what I answer, so that I can follow our conversation, and what you set with /persona.`
        : `**What is kept.** Nothing of what you say to me: your question is erased when it is answered, and the answer when you have it. What you set with /persona stays.`,
      `**Where.** In the database of whoever runs ${name} here. To find an answer, your words also go to the language model that they use.`,
      `**Your say.** Delete a message and I forget it with its answer. /forget erases what was kept, here or everywhere.`,
    ].join('\n'),
  stopKeepingButton: 'Keep nothing of mine',
  keepAgainButton: 'Keep our conversation',
} as const
