/** The DevTools page: one per open DevTools, without a face. It adds the panel and does nothing else. */
import { createDevtoolsPanel } from '../browser/extension.ts';

void createDevtoolsPanel('Socketscope', '/icons/16.png', '/src/panel/panel.html');
