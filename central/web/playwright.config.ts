// Real central with its broker, real branches, real browser: the harness of the branch's pages, pointed here.
import tests from '../../appliance/web/playwright.config';

// No code has to grow old here. Two at a time: each test has a central, a broker and branches of its own.
export default { ...tests, testDir: './tests/e2e', outputDir: './test-results/e2e', globalSetup: undefined, workers: 2 };
