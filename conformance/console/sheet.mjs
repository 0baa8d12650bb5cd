// All screenshots on one picture, for somebody to look at.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './harness.mjs';

export async function contactSheet(context, folder) {
  await check('contact sheet', async () => {
    const page = await context.newPage();
    const names = readdirSync(folder).filter((name) => name.endsWith('.png') && name !== 'sheet.png').sort();
    const cells = names.map((name) => `<figure><img src="data:image/png;base64,${readFileSync(join(folder, name)).toString('base64')}"><figcaption>${name}</figcaption></figure>`).join('');
    await page.setViewportSize({ width: 1680, height: 1000 });
    await page.setContent(`<style>body{margin:8px;font:13px sans-serif;background:#ccc}main{display:flex;flex-wrap:wrap;gap:8px}img{height:250px;display:block}figure{margin:0}</style><main>${cells}</main>`);
    await page.screenshot({ path: join(folder, 'sheet.png'), fullPage: true });
    await page.close();
    return `${names.length} pictures in ${folder}/sheet.png`;
  });
}
