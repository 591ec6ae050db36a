/** What is asked and what is answered, each without numbers and names, whose spelling is a matter of taste. */
export const exchanges: readonly { readonly question: string; readonly answer: string }[] = [
  {
    question: 'What is the weather like today?',
    answer: 'It is cold outside, so take a warm coat with you.',
  },
  {
    question: 'Can you tell me a story about a brave little mouse?',
    answer: 'A little mouse once saved a lion from a net.',
  },
  {
    question: 'How do I make a good cup of tea?',
    answer: 'Boil fresh water, and wait a few minutes before you drink it.',
  },
  {
    question: 'Which music do you like to listen to in the evening?',
    answer: 'I like quiet piano music when the day is over.',
  },
  {
    question: 'Please remind me to call my mother tomorrow.',
    answer: 'Of course. I will remind you in the morning.',
  },
  { question: 'Why is the sky blue?', answer: 'Because the air scatters blue light more than red light.' },
  {
    question: 'I had a long day at work and I am very tired.',
    answer: 'That sounds hard. Do you want to talk about it?',
  },
  {
    question: 'Where should we go for a walk this weekend?',
    answer: 'The path along the river is lovely at this time of the year.',
  },
  {
    question: 'What is the best way to learn a new language?',
    answer: 'Speak a little every day, and do not fear mistakes.',
  },
  {
    question: 'Do you think that there is life on other planets?',
    answer: 'Nobody knows yet, but I would love to find out.',
  },
]
