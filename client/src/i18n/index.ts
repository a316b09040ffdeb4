import { createI18n } from 'vue-i18n'
import { en, type Messages } from './en/index.js'

declare module 'vue-i18n' {
  export interface DefineLocaleMessage extends Messages {}
}

/** Languages come in here, each as one file of the shape `Messages`. */
export function createWords() {
  return createI18n<[Messages], 'en', false>({ legacy: false, locale: 'en', fallbackLocale: 'en', messages: { en } })
}
