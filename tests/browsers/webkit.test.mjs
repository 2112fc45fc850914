/** WebKit, as GTK's port of it: what Safari is made from, without WebGPU. */
import { chromium } from './support/chromium.mjs';
import { testBrowser } from './support/set.mjs';
import { webkit } from './support/webkit.mjs';

testBrowser('WebKit', webkit, chromium);
