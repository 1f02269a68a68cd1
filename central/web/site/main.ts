import sources from 'virtual:texts/central+sign-in+set-up';
import '$shared/base.css';
import '$shared/fonts.css';
import { chooseLanguage } from '$shared/lib/i18n.svelte';
import { kept } from '$shared/lib/kept';
import { PRODUCT_LANGUAGES } from '$shared/lib/languages';
import { start } from '$shared/lib/start';
import Central from './Central.svelte';

const asked = new URLSearchParams(location.search).get('lang');
const code = chooseLanguage(
  PRODUCT_LANGUAGES.map((each) => each.code),
  [asked, kept('anteroom.language'), ...navigator.languages],
);
void start(Central, sources, code);
