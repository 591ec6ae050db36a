import { describe, expect, test } from 'vitest'
import { renderMarkdown } from '#web/markdown/render-markdown.ts'
import { speakableParts } from '#web/markdown/speakable-parts.ts'
import { xssPayloads } from '../support/xss-payloads.ts'

describe('rendered answers', () => {
  test('show raw HTML as text', () => {
    expect(renderMarkdown('<img src=x onerror=alert(1)> <b>bold</b>')).toBe(
      '<p>&lt;img src=x onerror=alert(1)&gt; &lt;b&gt;bold&lt;/b&gt;</p>\n',
    )
  })

  test('link to where they say, apart from the chat', () => {
    expect(renderMarkdown('[docs](https://nodejs.org/api/)')).toBe(
      '<p><a href="https://nodejs.org/api/" rel="noopener noreferrer nofollow" target="_blank">docs</a><span class="link-host"> (nodejs.org)</span></p>\n',
    )
  })

  test.each([
    ['https://nodejs.org/api', undefined],
    ['[nodejs.org](https://nodejs.org)', undefined],
    ['[https://nodejs.org/x](https://nodejs.org/y)', undefined],
    ['[https://good.example](https://evil.example)', 'evil.example'],
    ['[nodejs.org.evil.example](https://nodejs.org)', 'nodejs.org'],
    ['[https://аpple.com](https://аpple.com)', 'xn--pple-43d.com'],
    ['[mail me](mailto:lumi@example.org)', 'lumi@example.org'],
    ['[a **bold** `label`](https://example.org)', 'example.org'],
  ])('name the host of %s when the label does not', (markdown, host) => {
    const shown = /<span class="link-host"> \((.*?)\)<\/span>/.exec(renderMarkdown(markdown))?.[1]
    expect(shown).toBe(host)
  })

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '/logout',
    '//evil.example',
    'ftp://example.org',
    'https://user:password@example.org',
    'https://good.example@evil.example',
    'blob:https://example.org/1',
  ])('do not link to %s', (address) => {
    const html = renderMarkdown(`[x](${address}) ![x](${address}) <${address}>`)
    expect(html).not.toContain(`href="${address}"`)
    expect(html).not.toContain('>x</a>')
  })

  test('load nothing: an image becomes a link', () => {
    const html = renderMarkdown(
      '![a cat](https://evil.example/?secret) and [![inner](https://a.example/i)](https://b.example)',
    )
    expect(html).not.toContain('<img')
    expect(html).toContain('>a cat</a><span class="link-host"> (evil.example)</span>')
    expect(html).toContain('>inner</a><span class="link-host"> (b.example)</span>')
    expect(html.match(/<a /g)).toHaveLength(2)
  })

  test('have no style attributes, and align table cells by class', () => {
    const html = renderMarkdown('| a | b |\n|:--|--:|\n| 1 | 2 |')
    expect(html).not.toContain('style')
    expect(html).toContain('<td class="text-right">2</td>')
  })

  test('label code and offer to copy it', () => {
    const html = renderMarkdown('```ts"><script>\nlet a = "<b>"\n```\n\n    indented')
    expect(html).toContain('<span>ts</span>')
    expect(html).toContain('<code>let a = &quot;&lt;b&gt;&quot;\n</code>')
    expect(html.match(/data-copy="code"/g)).toHaveLength(2)
  })

  test('have no headings that the page does not have', () => {
    expect(renderMarkdown('# One\n\n###### Six')).toBe(
      '<p class="heading">One</p>\n<p class="heading">Six</p>\n',
    )
  })

  test.each([
    ['nested quotes', '>'.repeat(5_000)],
    ['nested lists', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n')],
    ['brackets', '['.repeat(10_000)],
    ['emphasis', '*a _b '.repeat(5_000)],
    ['backticks', Array.from({ length: 200 }, (_, length) => '`'.repeat(length)).join('x')],
    ['link openers', '[a](<b'.repeat(4_000)],
    ['tables', `|a|\n|-|\n${'|'.repeat(20_000)}`],
    ['an endless answer', 'word '.repeat(100_000)],
  ])('are made quickly from hostile %s', (_, markdown) => {
    const startedAt = performance.now()
    const html = renderMarkdown(markdown)
    // Generous: a blow-up takes minutes, not a second.
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(html.match(/<blockquote|<ul/g)?.length ?? 0).toBeLessThan(50)
  })

  test.each(xssPayloads)('contain no tag, attribute or address of %j', (payload) => {
    for (const markdown of [
      payload,
      `[x](${payload})`,
      `![${payload}](${payload})`,
      `\`\`\`${payload}\n${payload}\n\`\`\``,
    ]) {
      const html = renderMarkdown(markdown)
      const tags = html.match(/<\/?[a-z][^>]*>/gi) ?? []
      for (const tag of tags) expect(tag).toMatch(allowedTag)
    }
  })
})

const allowedTag =
  /^<\/?(p|br|em|strong|s|ul|ol|li|blockquote|hr|pre|code|span|div|table|thead|tbody|tr|th|td|button|a)( (class|tabindex|type|data-copy|rel|target|start)="[\w -]*"| href="(https?:|mailto:)[^"<>]*")*>$/

describe('what a voice says', () => {
  test('is the text without code, tables and addresses', () => {
    const markdown =
      'Hi **you**. See [the docs](https://a.example) at https://b.example/x\n\n```\ncode\n```\n\n| a |\n|-|\n| b |\n\n- one\n- two'
    expect(speakableParts(markdown).join(' ')).toBe('Hi you. See the docs at one two')
  })

  test('comes in parts, the first one short', () => {
    const parts = speakableParts('This is a sentence. '.repeat(100))
    expect(parts[0]).toBe('This is a sentence.')
    expect(parts.length).toBeGreaterThan(5)
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(280)
  })

  test('is nothing for an answer of code, and bounded for an endless one', () => {
    expect(speakableParts('```\nlet a = 1\n```')).toEqual([])
    expect(speakableParts('... --- !!!')).toEqual([])
    expect(speakableParts('word. '.repeat(50_000)).length).toBeLessThanOrEqual(60)
  })
})
