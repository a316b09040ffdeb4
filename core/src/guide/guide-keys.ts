const BEGIN =
  '<!-- Keys: made from core/src/election/definition by "npm run generate". Change the schema there, not these lines. -->\n'
const END = '<!-- End of keys. -->\n'

/**
 * The guide with its keys written anew; what people wrote around them stays. Throws where the guide does not say where
 * they go.
 */
export function putKeys(guide: string, keys: string): string {
  const [before, rest, ...more] = guide.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error('The guide to the election definition must mark once where its keys begin and end.')
  return `${before}${BEGIN}\n${keys}\n${END}${after}`
}
