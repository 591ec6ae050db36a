import { type LanguageWords, words } from './language-words.ts'

export const english: LanguageWords = {
  fillers: words('um umm uh uhm uhh er erm hm hmm mmm ah eh'),
  never: words(
    `a an the and or but nor because although though unless whereas whether if until since than
     my your our their its whose every i'm you're we're they're i've we've they've i'll we'll you'll they'll i'd we'd
     he'll she'll it'll let's very gonna wanna gotta kinda sorta of into onto he she we they it's he's
     she's that's there's what's where's who's how's wants trying wondering supposed`,
  ),
  seldom: words(
    `to in on at by for from with without about over under between among through during before after
     against toward towards across behind beyond near off up out around like as so while that which who whom what where when
     why how is are was were am be been being do does did have has had can could will would shall should may might must
     isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't won't wouldn't shouldn't
     i you this these those some any no each
     another his her one's both either neither first next last more most less quite rather really pretty too such just
     only even also maybe perhaps actually basically want need needs think thinks thought guess mean means said
     says try tries going able hoping tell ask give get gets getting make makes put go let
     well then plus because's called named new old big little good whole same other main`,
  ),
  doubted: words(
    `to at by for from with about between toward towards is are was were be been being do does did have has had can could will would shall should may might must i you`,
  ),
  questions: words(
    `who what where when why how which whose is are was were do does did can could will would should shall may have has
     isn't aren't don't doesn't didn't can't couldn't won't wouldn't what's where's who's how's`,
  ),
  common: words(
    'it me him them us not yes yeah okay please thanks here there now one two know see said really',
  ),
}
