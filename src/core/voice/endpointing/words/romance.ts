import { type LanguageWords, words } from './language-words.ts'

export const french: LanguageWords = {
  fillers: words('euh heu hum ben bah hein'),
  never: words(
    `le la les un une des du au aux et ou mais donc car parce que qu' mon ma mes ton ta tes son sa ses notre nos votre
     vos leur leurs ce cet cette ces si quand lorsque puisque très l' d' j' de`,
  ),
  seldom: words(
    `à en dans sur sous avec sans pour par chez vers entre depuis pendant avant après contre je tu il elle on nous vous
     ils elles est sont suis es était ai as a avons avez ont peux peut veux veut vais va dois doit faut qui où comment
     pourquoi combien quel quelle plus moins trop assez aussi alors puis c'est j'ai il y ne pas`,
  ),
  doubted: words(
    'à en dans sur avec sans pour par chez vers entre je tu il elle on nous vous ils elles est sont',
  ),
  questions: words('qui que quoi où quand comment pourquoi combien quel quelle quels quelles est-ce'),
  common: words('oui non merci bien ici là maintenant moi toi lui eux se te me'),
}

export const spanish: LanguageWords = {
  fillers: words('eh em mmm este pues'),
  never: words(
    `el la los las un una unos unas del al y e o u pero sino porque que si aunque cuando mientras mi tu su mis tus sus
     nuestro nuestra nuestros muy`,
  ),
  seldom: words(
    `a de en con por para sin sobre entre hasta desde hacia contra yo tú él ella nosotros ellos es son soy eres era está
     están estoy estaba he ha han había hay puedo puede quiero quiere voy va tengo tiene debo debe como donde qué quién
     cómo dónde más menos también tan no se me te le lo`,
  ),
  doubted: words('a de en con por para sin sobre entre hasta desde yo tú él ella es son está están'),
  questions: words('qué quién quiénes cómo dónde cuándo cuánto cuánta cuántos por cuál'),
  common: words('sí gracias bien aquí ahora todo esto eso'),
}

export const italian: LanguageWords = {
  fillers: words('ehm eh mah boh cioè allora'),
  never: words(
    `il lo la i gli le un uno una del dello della dei degli delle al allo alla ai nel nella sul sulla e ed o ma perché
     che se quando mentre mio mia miei tuo tua suo sua molto`,
  ),
  seldom: words(
    `a di da in con su per tra fra senza verso contro io tu lui lei noi voi loro è sono sei era ho hai ha abbiamo hanno
     posso può voglio vuole vado va devo deve come dove più meno anche non si mi ti ci`,
  ),
  doubted: words('a di da in con su per tra fra senza io tu lui lei è sono'),
  questions: words('chi cosa come dove quando perché quanto quale quali'),
  common: words('sì no grazie bene qui ora tutto questo quello'),
}

export const portuguese: LanguageWords = {
  fillers: words('hum ahn é tipo então'),
  never: words(
    `o os as um uma uns umas do da dos das no na nos nas ao à e ou mas porque que se quando enquanto meu minha seu sua
     nosso nossa muito`,
  ),
  seldom: words(
    `a de em com por para sem sobre entre até desde eu tu ele ela nós eles é são sou era está estou foi tenho tem posso
     pode quero quer vou vai devo deve como onde mais menos também não me te lhe`,
  ),
  doubted: words('a de em com por para sem sobre entre até desde eu ele ela é são está'),
  questions: words('quem o como onde quando por quanto qual quais'),
  common: words('sim não obrigado obrigada bem aqui agora tudo isso você'),
}
