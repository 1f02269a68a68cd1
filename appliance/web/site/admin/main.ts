import sources from 'virtual:texts/admin+sign-in+set-up';
import '$shared/base.css';
import '$shared/fonts.css';
import { chooseLanguage } from '$shared/lib/i18n.svelte';
import { kept } from '$shared/lib/kept';
import { PRODUCT_LANGUAGES } from '$shared/lib/languages';
import { start } from '$shared/lib/start';
import Admin from './Admin.svelte';

const asked = new URLSearchParams(location.search).get('lang');
const code = chooseLanguage(
  PRODUCT_LANGUAGES.map((each) => each.code),
  [asked, kept('anteroom.language'), ...navigator.languages],
);
void start(Admin, sources, code);
