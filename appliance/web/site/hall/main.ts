import sources from 'virtual:texts/hall';
import '$shared/base.css';
import '$shared/fonts.css';
import { start } from '$shared/lib/start';
import Hall from './Hall.svelte';

const asked = new URLSearchParams(location.search);
// A hall is dark unless it is told otherwise: less glare, less heat, less wear.
document.documentElement.dataset.theme = asked.get('theme') === 'light' ? 'light' : 'dark';
void start(Hall, sources, (asked.get('lang') ?? 'en-gb').toLowerCase());
