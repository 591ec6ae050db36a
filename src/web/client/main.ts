import { Conversation } from './conversation.ts'
import { serveCodeCopying } from './copy.ts'
import { serveThemeMenu } from './theme.ts'

/** Entry of every page. What needs a script shows itself from here on. */
document.documentElement.toggleAttribute('data-js', true)
serveThemeMenu()
const conversation = Conversation.start()
serveCodeCopying((isCopied) => conversation?.sayCopied(isCopied))
