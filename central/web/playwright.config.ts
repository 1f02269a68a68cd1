// Real central with its broker, real branches, real browser: the harness of the branch's pages, pointed here.
import tests from '../../appliance/web/playwright.config';

export default { ...tests, testDir: './tests/e2e', outputDir: './test-results/e2e' };
