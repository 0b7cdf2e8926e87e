import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A text that the code shows, and where. */
export type Text = { text: string; at: string }
type Found = { keys: Text[]; untranslated: Text[] }

const MARKERS: ReadonlySet<string> = new Set(['t', 'rich', 'word', 'titled'])
/** Members of constants that are read by people, whatever their words. */
const LABELS: ReadonlySet<string> = new Set(['label', 'title', 'description', 'head', 'hint', 'heading'])
const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
])
/** What begins as labels and sentences do, or has words in a row: it is for people even where nothing else says so. */
const PROSE = /^\p{Lu}[\p{L}’']*[,:]? \S|(?:^|\s)\p{Ll}{2,}\s\S|\s\p{Ll}{2,}(?:[\s,.;…]|$)/u
/** Lists of classes, selectors, functions of CSS. */
const CODE = /\w[:(]\w|\[\w|\w-\w+[:-]/
const CLASSES = /className(?:s)?$/i
const FOR_PROGRAMS: ReadonlySet<string> = new Set(['cx', 'performance.mark'])
/** Nobody reads what only a programmer's mistake brings up; what a reader is told is given to `t` there too. */
const THROWN = /^(?:Range|Type)?Error$/
/** Attributes that are read by people. */
const SPOKEN: ReadonlySet<string> = new Set([
  'label',
  'title',
  'placeholder',
  'alt',
  'hint',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'summary',
  'description',
  'empty',
  'note',
  'heading',
  'name',
])
/** Names, units and signs, the same in every language. */
const SAME_EVERYWHERE =
  /^(?:QuantDesk|Localnet dev wallet|Telegram|Solana|Pyth|USDC|SOL|BTC|ETH|USD|UTC|PnL|PnL · ROE|TP \/ SL|APR|JSON|RPC|Alt|CSV|OK|Long|Short|[A-Z]{1,5}-PERP|[smhdw]|bps|https:\/\/|[^\p{L}]*)$/u

/** Every text of the pages: what is given to `t`, `rich` and `word`, and what reaches the reader without them. */
export function textsOf(folder: string): Found {
  const found: Found = { keys: [], untranslated: [] }
  for (const path of sources(folder)) {
    const source = ts.createSourceFile(
      path,
      readFileSync(path, 'utf8'),
      ts.ScriptTarget.Latest,
      true,
      path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
    )
    walk(source, source, found)
  }
  return found
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|^i18n\//.test(name))
    .map((name) => join(folder, name))
}

function walk(node: ts.Node, source: ts.SourceFile, found: Found): void {
  const at = () => `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && MARKERS.has(node.expression.text)) {
    const [first, ...rest] = node.arguments
    if (first !== undefined) for (const text of literals(first)) found.keys.push({ text, at: at() })
    for (const argument of rest) walk(argument, source, found)
    return
  }
  if (ts.isJsxText(node)) note(node.text, at())
  if (ts.isJsxAttribute(node)) {
    const name = node.name.getText()
    const value = node.initializer
    if (value === undefined) return
    if (CLASSES.test(name)) return
    if (SPOKEN.has(name) && !(name === 'name' && ofInput(node))) shown(value)
    else walk(value, source, found)
    return
  }
  if (ts.isJsxExpression(node) && node.expression !== undefined && !ts.isJsxAttribute(node.parent)) {
    shown(node.expression)
    return
  }
  if (ts.isNewExpression(node) && THROWN.test(node.expression.getText())) {
    for (const argument of node.arguments ?? []) if (ts.isCallExpression(argument)) walk(argument, source, found)
    return
  }
  if (ts.isPropertyAssignment(node) && CLASSES.test(node.name.getText())) return
  if (ts.isCallExpression(node) && FOR_PROGRAMS.has(node.expression.getText())) return
  if (ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression)) return
  if (ts.isPropertyAssignment(node) && LABELS.has(node.name.getText())) shown(node.initializer)
  else ts.forEachChild(node, (child) => walk(child, source, found))
  const written = proseOf(node)
  if (written !== null) note(written, at())

  /** An expression whose value the reader sees. */
  function shown(part: ts.Node): void {
    for (const text of shownLiterals(part)) note(text, at())
    walkInside(part)
  }
  function walkInside(part: ts.Node): void {
    if (ts.isJsxExpression(part) && part.expression !== undefined) walk(part.expression, source, found)
    else walk(part, source, found)
  }
  function note(text: string, place: string): void {
    const words = text.replaceAll(/\s+/g, ' ').trim()
    if (!SAME_EVERYWHERE.test(words)) found.untranslated.push({ text: words, at: place })
  }
}

/** The name of a state: part of a type, or compared with. */
const isState = ({ parent }: ts.Node): boolean =>
  ts.isLiteralTypeNode(parent) || (ts.isBinaryExpression(parent) && COMPARISONS.has(parent.operatorToken.kind))

/** What a literal says, with … for its values; null where it says nothing to people. */
function proseOf(node: ts.Node): string | null {
  const text = ts.isStringLiteralLike(node)
    ? node.text
    : ts.isTemplateExpression(node)
      ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…')
      : null
  return text !== null && PROSE.test(text) && !CODE.test(text) && !isState(node) ? text : null
}

/** Of `<input name>` and `<NumberField name>`: the name that the browser knows it by. */
const ofInput = ({ parent: { parent } }: ts.JsxAttribute): boolean =>
  ts.isIdentifier(parent.tagName) && /^[a-z]|Field$/.test(parent.tagName.text)

/** `'a'`, and both of `x ? 'a' : 'b'`. */
function literals(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)]
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return literals(node.expression)
  return []
}

/** Literals that are the value itself: not those that are compared, or given to a function. */
function shownLiterals(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
  if (ts.isConditionalExpression(node)) return [...shownLiterals(node.whenTrue), ...shownLiterals(node.whenFalse)]
  if (ts.isParenthesizedExpression(node)) return shownLiterals(node.expression)
  if (ts.isJsxExpression(node) && node.expression !== undefined) return shownLiterals(node.expression)
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind
    const isChoice =
      operator === ts.SyntaxKind.QuestionQuestionToken ||
      operator === ts.SyntaxKind.BarBarToken ||
      operator === ts.SyntaxKind.PlusToken
    if (isChoice) return [...shownLiterals(node.left), ...shownLiterals(node.right)]
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken) return shownLiterals(node.right)
  }
  return []
}
