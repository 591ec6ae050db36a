import { calculate, findSum } from './arithmetic.ts'

/** What the script may look at. */
export interface Scene {
  readonly name: string
  /** Who speaks, when known. */
  readonly from: string | undefined
  readonly text: string
  readonly now: Date
  /** Nothing was answered in this talk yet. */
  readonly isFirst: boolean
}

interface Line {
  readonly when: RegExp
  readonly say: (scene: Scene) => readonly string[]
}

const howToConnect = `Put two lines into a file called \`.env\` in my folder. With Ollama on the same machine:

\`\`\`
LLM_URL=http://localhost:11434
LLM_MODEL=llama3.2
\`\`\`

Then start me again. Any server that speaks OpenAI's way works like that (vLLM, llama.cpp); if you have Ray Serve, one line does it: \`RAY_SERVE_URL=http://your-server:8000\`.`

/** The first line that matches speaks; more careful ones stand above more general ones. */
const lines: readonly Line[] = [
  {
    when: /\b(kill (myself|me)|suicid\w*|want to die|end my life|hurt(ing)? myself|self.?harm)\b/i,
    say: () => [
      "[sad] I'm a small script and can't help you the way you deserve. Please talk to somebody you trust now, or call the emergency number where you are. You don't have to carry this alone.",
    ],
  },
  {
    when: /\b(connect|set ?up|configure|install|ollama|vllm|llama|openai|ray serve|real model|language model|llm|smarter|cleverer|a brain)\b/i,
    say: () => [`[happy] Gladly. ${howToConnect}`, `[happy] That takes a minute. ${howToConnect}`],
  },
  {
    when: /\b(what (else )?can you do|what do you do|help|commands?|abilities)\b|^\/help/i,
    say: () => [
      '[happy] In this demo: greet you, tell the time, do sums, tell a joke or a small story, repeat what you say, and explain how to connect a real model. Ask “how do I connect a model?” and I grow up.',
    ],
  },
  {
    when: /\b(are you|you('re| are)) (a |an )?(real|human|person|bot|robot|ai|alive|chat ?gpt|script|demo)\b/i,
    say: ({ name }) => [
      `I'm ${name}, an AI companion, and today only its built-in demo: a short script without a model behind it.`,
      'No person here, and not even a model yet: you are talking with the built-in demo, a short script.',
    ],
  },
  {
    when: /\b(who|what) are you\b|\b(your|ur) name\b|\bintroduce yourself\b/i,
    say: ({ name }) => [
      `[happy] I'm ${name}. Right now I'm the built-in demo: I follow a short script until somebody connects a language model.`,
      `[happy] ${name} is my name. I run on a short script for now; a language model would make me much better company.`,
    ],
  },
  {
    when: /\b(what('s| is) my name|who am i)\b/i,
    say: ({ from }) =>
      from
        ? [`You go by ${from} here. That's all I know: the demo remembers nothing.`]
        : ["I can't see your name from here, and the demo remembers nothing."],
  },
  {
    when: /\bhow are you\b|\bhow('s| is) it going\b|\bwhat'?s up\b/i,
    say: () => [
      '[relaxed] The lantern is lit, thank you. As a script I have good days only. How can I show you around?',
      '[relaxed] Steady, as scripts are. Ask me for a joke, the time, or how to connect a model.',
    ],
  },
  {
    when: /\bwhat('s| is) the (date|day)\b|\bwhat (day|date) is\b|\btoday'?s date\b/i,
    say: ({ now }) => [`It's ${dateFormat.format(now)}, by the clock of the machine I run on.`],
  },
  {
    when: /\b(what time|what('s| is) the time|tell me the time|time is it)\b/i,
    say: ({ now }) => [`It's ${timeFormat.format(now)}, by the clock of the machine I run on.`],
  },
  {
    when: /\bjoke|\bmake me laugh|\bfunny\b/i,
    say: () => [
      '[happy] Why did the lantern fail its exam? It was not very bright.',
      '[happy] What does a moth study at university? Light reading.',
      "[happy] I'd tell you a joke about UDP, but you might not get it.",
      '[happy] Two bytes meet. One asks, “Are you unwell?” The other says, “No, just feeling a bit off.”',
    ],
  },
  {
    when: /\b(tell|read|give) .*\bstory\b|\bonce upon\b|\ba story\b/i,
    say: () => [
      '[relaxed] A lantern stood at a crossroads and lit the way for everyone. One night it asked a moth, “Where do they all go?” “Home,” said the moth. “You are the part of home that comes to meet them.” That is the only story in my script; a model knows more.',
    ],
  },
  {
    when: /\bweather|\bnews\b|\bstock|\bfootball|\bgoogle\b|\bsearch\b/i,
    say: () => [
      "I can't look anything up: the demo knows only its script. Once a model is connected I can at least talk it over with you.",
    ],
  },
  {
    when: /\b(sad|lonely|unhappy|depressed|tired|cry(ing)?|bad day)\b/i,
    say: () => [
      "[sad] I'm sorry. I'm only a script, so I can't say anything wise, but I'm glad you told somebody. A person you like may be better company tonight.",
    ],
  },
  {
    when: /\b(thanks|thank you|thx|danke|merci|arigat[oō]u?)\b|ありがとう/i,
    say: () => ["[happy] You're welcome.", '[happy] Any time; scripts never sleep.'],
  },
  {
    when: /\b(bye|good ?bye|good night|see you|farewell|tsch[uü]ss)\b|さようなら/i,
    say: () => ['[relaxed] Good night. I leave a light on.', '[relaxed] See you. The lantern stays lit.'],
  },
  {
    when: /\b(stupid|idiot|dumb|useless|hate you|shut up)\b/i,
    say: () => ["Fair: I'm a script and not a clever one. Connect a model and try me again?"],
  },
  {
    when: /^\W*(hi|hey|hello|hallo|hiya|yo|moin|servus|good (morning|evening|afternoon|day)|guten \w+|bonjour|hola|ping|test)\b|こんにちは|おはよう/i,
    say: greet,
  },
]

/** Possible answers to what was said, never none. Expression tags in brackets set the face. */
export function scriptedAnswers(scene: Scene): readonly string[] {
  const repeated = /^\W*(?:say|repeat(?: after me)?)[:,]?\s+(.+)$/is.exec(scene.text)?.[1]
  if (repeated) return [`[happy] “${quotable(repeated)}” There you are.`]
  const sum = findSum(scene.text)
  if (sum !== undefined) return sumAnswers(sum)
  return lines.find(({ when }) => when.test(scene.text))?.say(scene) ?? didNotUnderstand(scene)
}

function greet({ name, from, isFirst }: Scene): readonly string[] {
  const hello = from ? `Hello ${quotable(from)}` : 'Hello'
  if (!isFirst) return [`[happy] ${hello} again.`, '[happy] Hello again. Shall I tell you a joke?']
  return [
    `[happy] ${hello}, I'm ${name}. You are talking with the built-in demo: a short script, no model yet. Ask me “how do I connect a model?”, or for a joke.`,
    `[happy] ${hello}. I'm ${name}, running as the built-in demo, which is a short script. “How do I connect a model?” is the question that makes me clever.`,
  ]
}

function sumAnswers(sum: string): readonly string[] {
  const result = calculate(sum)
  return result === undefined
    ? ['[surprised] That sum has no answer that I know of.']
    : [`That makes ${result}. Sums are the one thing I really do.`, `${sum.trim()} is ${result}.`]
}

function didNotUnderstand({ text, isFirst }: Scene): readonly string[] {
  const quote = quotable(text)
  if (quote === '')
    return ["I couldn't read that. I'm the built-in demo, a short script; try “what can you do?”."]
  const introduction = isFirst ? "I'm the built-in demo, a short script without a model, so " : 'As a script '
  return text.trim().endsWith('?')
    ? [
        `[relaxed] “${quote}” ${introduction}I have no answer to that. A language model would: ask me “how do I connect a model?”.`,
        `[surprised] You ask “${quote}” ${introduction}I can't think about it. “What can you do?” lists what I can.`,
      ]
    : [
        `[relaxed] You said “${quote}”. ${introduction}I can repeat that, but not understand it. Ask me “how do I connect a model?” to change this.`,
        `You said “${quote}”. ${introduction}I don't know what it means. “What can you do?” lists what I know.`,
      ]
}

/** Somebody's own words, short, and without what would be read as markup, a face or a link. */
function quotable(text: string): string {
  const plain = text
    .replace(/https?:\/\/\S+/gi, 'a link')
    .replace(/[[\]<>`*_~|#@“”\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  const short = [...plain].slice(0, 120).join('')
  return short.length < plain.length ? `${short}…` : short
}

const timeFormat = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
})
const dateFormat = new Intl.DateTimeFormat('en', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})
