/**
 * What the people of the bench say. `|` is a pause within the sentence; `|.` one after words that could be a whole
 * sentence, where nothing but the future tells that it goes on.
 */
export interface Line {
  readonly language: 'en' | 'de'
  readonly text: string
}

const english = `
What time does the library open on Sunday?
Could you tell me a short story about a lighthouse?
I had a really long day at work.
Tell me a joke.
What is the tallest mountain in Europe?
Please set a timer for ten minutes.
My sister lives in Portland with two cats.
Do you remember what I said yesterday?
I think we should try that new game tonight.
How do I make pancakes without eggs?
Thanks, that was very helpful.
Is it going to rain tomorrow?
Yes, please.
No, not really.
Let us play another round.
Who wrote that song?
I finished the book last night.
Can you explain how batteries work?
That sounds great to me.
What are you looking at?
Good morning, Lumi.
Why is the sky blue?
I would like a cup of tea.
Read me the last message again.
Where did you learn that?
Stop the music.
He never told me about it.
How far away is the moon?
We won the match by two points.
What should I cook for dinner?
I want to go to the | station tomorrow morning.
Can you play the | song we heard last week?
My favourite colour is | green, I think.
I was wondering if you could | help me with my homework.
We need to buy milk and | some bread for breakfast.
The problem with this phone is that | it never charges properly.
When I get home, | I usually feed the cat first.
If it rains tomorrow, | we will stay inside and play cards.
So um, | what do you think about that?
I talked to my | brother about the trip.
Do you know where the | nearest bakery is?
She said that | nobody had called her.
The best part of the movie | was the ending.
My old neighbour | used to fix bicycles.
I bought | a new lamp for the kitchen.
There is a small cafe near | the river where we met.
Could you remind me to | call my mother at | six o'clock?
I am looking for a | good book about | the history of music.
What would happen if | all the bees disappeared?
He asked me whether | I could come | on Friday.
The train to | Manchester was late again.
It is because | the battery is almost empty.
Tell me more about the | ocean, please.
I have been thinking about | learning the piano.
You know, | sometimes I just want to sleep.
First we go left, | then we cross the bridge.
How long does it take to | fly from London to | New York?
I cannot decide between the | red one and the | blue one.
Please write down | eggs, butter, | and two lemons.
My doctor told me that I should | drink more water.
We could watch a film or | just talk for a while.
Is there any way to | turn the volume | down a little?
After the concert, | we walked home | through the park.
Uh, | I forgot what I wanted to say.
The last time I saw him, | he was living in | Spain.
Maybe we should | start over from the beginning.
I really like the way | you tell stories.
She works for a company that | builds small robots.
Can we talk about | something else for a moment?
I would love to visit | Japan in the spring.
Before you go, | could you check the weather?
What was the name of the | actor in that show?
My computer keeps | making a strange noise.
Everyone in my family | plays some kind of instrument.
The recipe says | two cups of flour and | one egg.
I am not sure whether this is | the right place to ask.
We went to the beach |. and watched the sunset.
I saw her yesterday |. at the supermarket.
I can come over |. after work.
He plays the guitar in a | small band.
Let us order a pizza with | extra cheese.
`

const german = `
Wie spät ist es jetzt?
Erzähl mir bitte eine Geschichte.
Ich habe heute keine Lust zu kochen.
Was machst du am liebsten?
Das war ein schöner Tag.
Kannst du das noch einmal sagen?
Ich möchte morgen nach | Hamburg fahren.
Kannst du mir sagen, wo der | Bahnhof ist?
Ich glaube, dass | es heute noch regnet.
Wenn ich nach Hause komme, | koche ich etwas.
Wir brauchen noch Milch und | ein bisschen Brot.
Also ähm, | was meinst du dazu?
Mein Bruder wohnt in einer | kleinen Stadt am Meer.
Er hat gesagt, dass er | morgen nicht kommen kann.
`

function read(list: string, language: Line['language']): Line[] {
  return list
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => ({ language, text }))
}

export const lines: readonly Line[] = [...read(english, 'en'), ...read(german, 'de')]
