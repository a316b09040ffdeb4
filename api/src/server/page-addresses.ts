/** Addresses of the web client's pages, as its router (`client/src/router.ts`) has them. */
export const PAGE_PATHS = ['/', '/e/:slug', '/e/:slug/vote', '/receipt', '/receipt/:tracker'] as const

const PAGES = PAGE_PATHS.map((path) => new RegExp(`^${path === '/' ? '' : path.replaceAll(/:\w+/g, '[^/]+')}/?$`))

/** Whether an address (with or without a question) is one of a page. */
export function isPageAddress(url: string): boolean {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  return PAGES.some((page) => page.test(path))
}
