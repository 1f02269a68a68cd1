// Draws central's page in every state, light and dark, in English and Arabic, for people to look at.
import drawn from '../../appliance/web/screenshots.config';

export default { ...drawn, testDir: './tests/screenshots', outputDir: './test-results/screenshots' };
