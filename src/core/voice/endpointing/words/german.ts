import { type LanguageWords, words } from './language-words.ts'

export const german: LanguageWords = {
  fillers: words('äh ähm öh öhm hm hmm mhm tja'),
  never: words(
    `der die das den dem des ein eine einen einem einer eines und oder aber sondern denn weil dass obwohl wenn falls
     damit sodass während bevor nachdem ob als mein meine meinen meinem meiner dein deine deinen deinem seine seinen
     seinem ihre ihren ihrem unser unsere unseren eure kein keine keinen sehr im am zum zur vom beim ins ans`,
  ),
  seldom: words(
    `in an auf mit von zu aus nach bei für über unter zwischen durch gegen ohne um bis seit wegen trotz vor hinter neben
     ich du er sie es wir ihr man ist sind war waren bin bist hat habe haben hatte hatten wird werde werden würde wurde
     kann können könnte konnte will wollen wollte muss müssen musste soll sollen sollte sollten darf dürfen möchte mag
     wie wo wann warum was wer wen wem welche welcher welches nicht noch auch schon nur ganz ziemlich etwas viel mehr so
     dann also eigentlich vielleicht gestern heute morgen immer dieser diese dieses diesen jeder jede jedes glaube denke`,
  ),
  // A subordinate clause does end with its verb.
  doubted: words(
    `in auf mit von zu aus nach bei für über unter zwischen durch gegen ohne um bis seit ich du er sie es wir ihr`,
  ),
  questions: words(
    `wer was wo wann warum wie wen wem welche welcher welches wohin woher ist sind war hat hast habt kann kannst können
     könnte könntest könnten willst wollt wollen darf soll gibt weißt`,
  ),
  common: words('ja nein danke bitte gut mal doch hier da jetzt uns mich dich mir dir sich'),
}
