/**
 * Names and descriptions of the commands, as people find them in their own language. English is what the bot itself goes
 * by, so the English names never change lightly.
 */
export interface CommandText {
  readonly name: { readonly en: string; readonly de: string; readonly ja: string }
  readonly description: { readonly en: string; readonly de: string; readonly ja: string }
}

export const commandTexts = {
  ask: {
    name: { en: 'ask', de: 'frag', ja: '質問' },
    description: { en: 'Ask me something', de: 'Frag mich etwas', ja: '質問に答えます' },
  },
  askQuestion: {
    name: { en: 'question', de: 'frage', ja: '内容' },
    description: { en: 'What you want to know', de: 'Was du wissen möchtest', ja: '知りたいこと' },
  },
  persona: {
    name: { en: 'persona', de: 'persona', ja: 'ペルソナ' },
    description: {
      en: 'How I am, here and for you',
      de: 'Wie ich bin, hier und für dich',
      ja: 'この場所やあなたに対する私の人柄',
    },
  },
  personaShow: {
    name: { en: 'show', de: 'zeigen', ja: '表示' },
    description: { en: 'Who I am here', de: 'Wer ich hier bin', ja: 'ここでの私の人柄を表示' },
  },
  personaSet: {
    name: { en: 'set', de: 'setzen', ja: '変更' },
    description: { en: 'Change how I am', de: 'Ändern, wie ich bin', ja: '私の人柄を変更' },
  },
  personaServer: {
    name: { en: 'server', de: 'server', ja: 'サーバー' },
    description: { en: 'On this whole server', de: 'Auf dem ganzen Server', ja: 'このサーバー全体' },
  },
  personaChannel: {
    name: { en: 'channel', de: 'kanal', ja: 'チャンネル' },
    description: { en: 'In this channel', de: 'In diesem Kanal', ja: 'このチャンネル' },
  },
  personaMe: {
    name: { en: 'me', de: 'ich', ja: '自分' },
    description: {
      en: 'For you, wherever we talk',
      de: 'Für dich, wo immer wir reden',
      ja: 'あなたに対して、どこでも',
    },
  },
  personaName: {
    name: { en: 'name', de: 'name', ja: '名前' },
    description: { en: 'What I am called', de: 'Wie ich heiße', ja: '私の名前' },
  },
  personaPersonality: {
    name: { en: 'personality', de: 'charakter', ja: '性格' },
    description: { en: 'What I am like', de: 'Wie ich so bin', ja: '私の性格' },
  },
  personaStyle: {
    name: { en: 'style', de: 'stil', ja: '話し方' },
    description: { en: 'How I talk', de: 'Wie ich rede', ja: '私の話し方' },
  },
  personaGreeting: {
    name: { en: 'greeting', de: 'begrüßung', ja: '挨拶' },
    description: { en: 'How I greet people', de: 'Wie ich grüße', ja: '私の挨拶' },
  },
  personaCallMe: {
    name: { en: 'call-me', de: 'nenn-mich', ja: '呼び方' },
    description: { en: 'What I should call you', de: 'Wie ich dich nennen soll', ja: 'あなたの呼び方' },
  },
  personaLanguage: {
    name: { en: 'language', de: 'sprache', ja: '言語' },
    description: {
      en: 'The language I should speak with you, such as en or de',
      de: 'Die Sprache, in der ich mit dir rede, etwa en oder de',
      ja: 'あなたと話す言語(例: ja)',
    },
  },
  personaReset: {
    name: { en: 'reset', de: 'zurücksetzen', ja: 'リセット' },
    description: { en: 'Undo the changes', de: 'Änderungen zurücknehmen', ja: '変更を元に戻す' },
  },
  personaWhere: {
    name: { en: 'where', de: 'wo', ja: '範囲' },
    description: { en: 'Whose changes', de: 'Welche Änderungen', ja: 'どの変更か' },
  },
  forget: {
    name: { en: 'forget', de: 'vergiss', ja: '忘れて' },
    description: {
      en: 'Erase what I kept of our talk',
      de: 'Löschen, was ich von unserem Gespräch behalten habe',
      ja: '会話の記録を消去',
    },
  },
  forgetWhat: {
    name: { en: 'what', de: 'was', ja: '範囲' },
    description: { en: 'How much of it', de: 'Wie viel davon', ja: '消去する範囲' },
  },
  forgetHere: {
    name: { en: 'this channel', de: 'dieser Kanal', ja: 'このチャンネル' },
    description: { en: '', de: '', ja: '' },
  },
  forgetEverything: {
    name: { en: 'everything', de: 'alles', ja: 'すべて' },
    description: { en: '', de: '', ja: '' },
  },
  privacy: {
    name: { en: 'privacy', de: 'datenschutz', ja: 'プライバシー' },
    description: {
      en: 'What I keep about you, and where',
      de: 'Was ich über dich behalte, und wo',
      ja: '保存される情報とその場所',
    },
  },
  settings: {
    name: { en: 'settings', de: 'einstellungen', ja: '設定' },
    description: {
      en: 'When and where I talk on this server',
      de: 'Wann und wo ich auf diesem Server rede',
      ja: 'このサーバーで話す時間と場所',
    },
  },
  settingsShow: {
    name: { en: 'show', de: 'zeigen', ja: '表示' },
    description: { en: 'What is set', de: 'Was eingestellt ist', ja: '現在の設定を表示' },
  },
  quietHours: {
    name: { en: 'quiet-hours', de: 'ruhezeit', ja: '静かな時間' },
    description: { en: 'When I stay silent', de: 'Wann ich schweige', ja: '静かにする時間' },
  },
  quietHoursSet: {
    name: { en: 'set', de: 'setzen', ja: '設定' },
    description: { en: 'Stay silent every day', de: 'Jeden Tag schweigen', ja: '毎日静かにする' },
  },
  quietHoursFrom: {
    name: { en: 'from', de: 'von', ja: '開始' },
    description: { en: 'Such as 22:00', de: 'Etwa 22:00', ja: '例: 22:00' },
  },
  quietHoursTo: {
    name: { en: 'to', de: 'bis', ja: '終了' },
    description: { en: 'Such as 07:30', de: 'Etwa 07:30', ja: '例: 07:30' },
  },
  quietHoursZone: {
    name: { en: 'time-zone', de: 'zeitzone', ja: 'タイムゾーン' },
    description: { en: 'Such as Europe/Berlin', de: 'Etwa Europe/Berlin', ja: '例: Asia/Tokyo' },
  },
  quietHoursOff: {
    name: { en: 'off', de: 'aus', ja: 'オフ' },
    description: { en: 'Answer at any hour', de: 'Jederzeit antworten', ja: 'いつでも答える' },
  },
  channels: {
    name: { en: 'channels', de: 'kanäle', ja: 'チャンネル' },
    description: { en: 'Where I talk', de: 'Wo ich rede', ja: '話す場所' },
  },
  channelsAllow: {
    name: { en: 'allow', de: 'erlauben', ja: '許可' },
    description: {
      en: 'Talk here, and nowhere that is not allowed',
      de: 'Hier reden, und nirgends sonst',
      ja: 'ここで話す(許可した場所のみ)',
    },
  },
  channelsRemove: {
    name: { en: 'remove', de: 'entfernen', ja: '取り消し' },
    description: { en: 'No longer talk here', de: 'Hier nicht mehr reden', ja: 'ここでは話さない' },
  },
  channelsEverywhere: {
    name: { en: 'everywhere', de: 'überall', ja: 'すべて' },
    description: { en: 'Talk in every channel', de: 'In jedem Kanal reden', ja: 'すべてのチャンネルで話す' },
  },
  channel: {
    name: { en: 'channel', de: 'kanal', ja: 'チャンネル' },
    description: { en: 'Which channel', de: 'Welcher Kanal', ja: 'どのチャンネルか' },
  },
  join: {
    name: { en: 'join', de: 'komm', ja: '参加' },
    description: {
      en: 'Come into a voice channel and talk with us',
      de: 'In einen Sprachkanal kommen und mit uns reden',
      ja: 'ボイスチャンネルに参加して話す',
    },
  },
  leave: {
    name: { en: 'leave', de: 'geh', ja: '退出' },
    description: {
      en: 'Leave the voice channel',
      de: 'Den Sprachkanal verlassen',
      ja: 'ボイスチャンネルから退出',
    },
  },
  stop: {
    name: { en: 'stop', de: 'stopp', ja: '停止' },
    description: { en: 'Stop speaking now', de: 'Sofort aufhören zu reden', ja: '今すぐ話すのをやめる' },
  },
  voice: {
    name: { en: 'voice', de: 'stimme', ja: '音声' },
    description: {
      en: 'How I talk in calls on this server',
      de: 'Wie ich auf diesem Server in Gesprächen rede',
      ja: 'このサーバーの通話での話し方',
    },
  },
  voiceShow: {
    name: { en: 'show', de: 'zeigen', ja: '表示' },
    description: {
      en: 'What is set, and how long my last answer took',
      de: 'Was eingestellt ist, und wie lange meine letzte Antwort brauchte',
      ja: '現在の設定と前回の応答時間',
    },
  },
  voiceSet: {
    name: { en: 'set', de: 'setzen', ja: '設定' },
    description: { en: 'Change how I talk', de: 'Ändern, wie ich rede', ja: '話し方を変更' },
  },
  voiceName: {
    name: { en: 'voice', de: 'stimme', ja: '声' },
    description: {
      en: 'The voice I speak with, as the speech service calls it',
      de: 'Mit welcher Stimme ich rede, wie der Sprachdienst sie nennt',
      ja: '音声サービスでの声の名前',
    },
  },
  voiceLanguage: {
    name: { en: 'language', de: 'sprache', ja: '言語' },
    description: {
      en: 'The language spoken here, such as en or de; any for all of them',
      de: 'Die Sprache, die hier gesprochen wird, etwa en oder de; any für alle',
      ja: 'ここで話される言語(例: ja)。any ですべて',
    },
  },
  voiceStay: {
    name: { en: 'stay-when-alone', de: 'allein-bleiben', ja: '一人でも残る' },
    description: {
      en: 'Whether I stay when everybody has left',
      de: 'Ob ich bleibe, wenn alle gegangen sind',
      ja: '全員が退出しても残るか',
    },
  },
  voiceAutoJoin: {
    name: { en: 'auto-join', de: 'von-selbst', ja: '自動参加' },
    description: {
      en: 'Come by myself when somebody enters a channel',
      de: 'Von selbst kommen, wenn jemand einen Kanal betritt',
      ja: '誰かが入ると自動で参加',
    },
  },
  voiceAutoJoinOn: {
    name: { en: 'enabled', de: 'an', ja: '有効' },
    description: { en: 'Whether I do', de: 'Ob ich das tue', ja: '有効にするか' },
  },
  askAboutThis: {
    name: { en: 'Ask about this', de: 'Hierzu fragen', ja: 'これについて質問' },
    description: { en: '', de: '', ja: '' },
  },
} as const satisfies Record<string, CommandText>

/** A command's or option's name and description in the form that Discord takes; English is the default. */
export function localized({ name, description }: CommandText) {
  return {
    name: name.en,
    name_localizations: { de: name.de, ja: name.ja },
    description: description.en,
    description_localizations: { de: description.de, ja: description.ja },
  }
}

/** For choices and context menus, which have no description. */
export function localizedName({ name }: CommandText) {
  return { name: name.en, name_localizations: { de: name.de, ja: name.ja } }
}
