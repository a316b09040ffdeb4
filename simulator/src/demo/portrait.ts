/** How one candidate is drawn. Colours are `#rrggbb`. */
export interface Portrait {
  skin: string
  hair: string
  style: 'crop' | 'bob' | 'curls' | 'bun' | 'long' | 'bald' | 'wave' | 'scarf'
  clothes: string
  backdrop: [string, string]
  glasses?: boolean
  beard?: boolean
  earrings?: boolean
}

/** A friendly head and shoulders as a `data:image/svg+xml` address of at most 4 KB; the same portrait gives the same bytes. */
export function drawPortrait(portrait: Portrait): string {
  const svg = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 160">',
    `<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${portrait.backdrop[0]}"/><stop offset="1" stop-color="${portrait.backdrop[1]}"/></linearGradient></defs>`,
    '<rect width="160" height="160" fill="url(#g)"/>',
    '<circle cx="128" cy="30" r="42" fill="#fff" opacity=".12"/><circle cx="24" cy="104" r="30" fill="#fff" opacity=".1"/>',
    behind(portrait),
    shoulders(portrait),
    head(portrait),
    portrait.beard === true ? beard(portrait) : '',
    face(portrait),
    above(portrait),
    portrait.glasses === true ? '<g fill="#fff" fill-opacity=".25" stroke="#2b2b33" stroke-width="2.4"><rect x="54" y="67" width="22" height="17" rx="7"/><rect x="84" y="67" width="22" height="17" rx="7"/><path d="M76 74q4-3 8 0" fill="none"/></g>' : '',
    '</svg>',
  ].join('')
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}

function shoulders({ skin, clothes }: Portrait): string {
  return `<path d="M18 160c2-32 24-43 62-43s60 11 62 43z" fill="${clothes}"/>`
    + `<path d="M66 100h28v20q-14 17-28 0z" fill="${skin}"/><path d="M66 108q14 12 28 0v6q-14 13-28 0z" opacity=".14"/>`
    + '<path d="M62 118l18 22-12 8-14-27zM98 118l-18 22 12 8 14-27z" fill="#fff" opacity=".85"/>'
}

function head({ skin, style, earrings }: Portrait): string {
  const ears = style === 'scarf' ? '' : `<circle cx="47" cy="79" r="7" fill="${skin}"/><circle cx="113" cy="79" r="7" fill="${skin}"/>`
  return ears + `<path d="M48 68c0-23 13-35 32-35s32 12 32 35c0 27-13 44-32 44S48 95 48 68z" fill="${skin}"/>`
    + (earrings === true ? '<g fill="#f2c14e"><circle cx="46" cy="89" r="3"/><circle cx="114" cy="89" r="3"/></g>' : '')
}

function face({ hair, style }: Portrait): string {
  const brows = style === 'scarf' ? '#3b2a20' : hair
  return '<g fill="#26262e"><ellipse cx="66" cy="76" rx="3.6" ry="4.3"/><ellipse cx="94" cy="76" rx="3.6" ry="4.3"/></g>'
    + '<g fill="#fff"><circle cx="67.3" cy="74.6" r="1.2"/><circle cx="95.3" cy="74.6" r="1.2"/></g>'
    + `<path d="M58 65q8-6 15-1M87 64q8-5 15 1" fill="none" stroke="${brows}" stroke-width="3" stroke-linecap="round"/>`
    + '<path d="M80 79q5 8-1 10" fill="none" stroke="#000" stroke-opacity=".28" stroke-width="2.2" stroke-linecap="round"/>'
    + '<path d="M67 95q13 13 26 0-13 4-26 0z" fill="#fff" stroke="#8c3b3b" stroke-width="2" stroke-linejoin="round"/>'
    + '<g fill="#e2705f" opacity=".25"><circle cx="58" cy="90" r="6"/><circle cx="102" cy="90" r="6"/></g>'
}

function beard({ hair }: Portrait): string {
  return `<path d="M48 74c2 14 8 16 18 14q14-6 28 0c10 2 16 0 18-14 2 28-12 43-32 43S46 102 48 74z" fill="${hair}"/>`
}

/** Hair that falls behind head and shoulders. */
function behind({ style, hair }: Portrait): string {
  switch (style) {
    case 'long': return `<path d="M80 24c-30 0-40 20-40 48 0 30-4 44-10 56h100c-6-12-10-26-10-56 0-28-10-48-40-48z" fill="${hair}"/>`
    case 'bob': return `<path d="M80 25c-28 0-41 18-41 46 0 20-3 28 4 36h74c7-8 4-16 4-36 0-28-13-46-41-46z" fill="${hair}"/>`
    case 'bun': return `<circle cx="80" cy="22" r="15" fill="${hair}"/>`
    case 'curls': return `<g fill="${hair}"><circle cx="80" cy="48" r="38"/><circle cx="46" cy="66" r="15"/><circle cx="114" cy="66" r="15"/><circle cx="52" cy="42" r="18"/><circle cx="108" cy="42" r="18"/></g>`
    case 'scarf': return `<path d="M80 20c-32 0-42 24-41 52 1 30-4 44-14 52q55 26 110 0c-10-8-15-22-14-52 1-28-9-52-41-52z" fill="${hair}"/>`
    case 'crop': case 'wave': case 'bald': return ''
  }
}

/** Hair over the forehead. */
function above({ style, hair }: Portrait): string {
  switch (style) {
    case 'crop': return `<path d="M45 70c-3-30 12-45 35-45s38 15 35 45q-4-18-12-23-23 6-46 0-8 5-12 23z" fill="${hair}"/>`
    case 'wave': return `<path d="M45 70c-6-28 8-48 38-48 24 0 37 20 32 48-3-14-8-22-16-25-16 8-34 6-42 2-6 6-10 12-12 23z" fill="${hair}"/><path d="M52 40q16-18 44-10" fill="none" stroke="#fff" stroke-opacity=".18" stroke-width="4" stroke-linecap="round"/>`
    case 'bob': return `<path d="M44 78c-2-32 10-50 36-50s38 18 36 50q-4-22-14-30-30 10-44-2-10 10-14 32z" fill="${hair}"/>`
    case 'long': return `<path d="M45 76c-3-30 10-48 35-48s38 18 35 48q-6-22-35-40-29 18-35 40z" fill="${hair}"/>`
    case 'bun': return `<path d="M46 70c-2-28 12-42 34-42s36 14 34 42q-6-20-34-22-28 2-34 22z" fill="${hair}"/>`
    case 'curls': return `<g fill="${hair}"><circle cx="58" cy="44" r="12"/><circle cx="76" cy="38" r="13"/><circle cx="95" cy="41" r="12"/><circle cx="106" cy="52" r="9"/><circle cx="51" cy="56" r="9"/></g>`
    case 'scarf': return `<path d="M43 84c-5-38 10-58 37-58s42 20 37 58c-2-26-14-42-37-42S45 58 43 84z" fill="${hair}"/><path d="M45 82c3 30 18 38 35 38s32-8 35-38c8 34 2 52-35 54-37-2-43-20-35-54z" fill="${hair}"/>`
    case 'bald': return '<path d="M62 44q10-7 22-6" fill="none" stroke="#fff" stroke-opacity=".35" stroke-width="4" stroke-linecap="round"/>'
  }
}
