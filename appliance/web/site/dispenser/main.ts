import sources from 'virtual:texts/dispenser';
import '$shared/base.css';
import '$shared/fonts.css';
import { chooseLanguage } from '$shared/lib/i18n.svelte';
import { PRODUCT_LANGUAGES } from '$shared/lib/languages';
import { start } from '$shared/lib/start';
import Dispenser from './Dispenser.svelte';

const offered = PRODUCT_LANGUAGES.map((each) => each.code);
void start(Dispenser, sources, chooseLanguage(offered, [new URLSearchParams(location.search).get('lang')]));
