import { type LanguageWords, words } from './language-words.ts'

export const dutch: LanguageWords = {
  fillers: words('eh ehm uh uhm hmm nou'),
  never: words(
    `de het een en of maar want omdat dat terwijl als toen hoewel mijn jouw zijn haar ons onze hun geen heel`,
  ),
  seldom: words(
    `in op aan met van naar uit bij voor door over onder tussen zonder om te tot sinds ik jij je hij zij ze we wij jullie
     is ben bent was waren heb hebt heeft had hadden word wordt kan kunnen wil willen moet moeten zal zou mag wie wat
     waar wanneer waarom hoe niet ook nog meer`,
  ),
  doubted: words(
    'in op aan met van naar uit bij voor door over om te tot ik jij je hij zij ze we wij jullie is',
  ),
  questions: words('wie wat waar wanneer waarom hoe welke is ben kan kun wil heb heeft'),
  common: words('ja nee dank goed hier daar nu dit mij jou even'),
}
