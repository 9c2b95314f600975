// Unpack the lists that training/lexicon/names.py reads: `npm install compromise compromise-wikipedia efrt`, then
// `node unpack_names.mjs FOLDER_OF_NODE_MODULES OUT` writes OUT/titles.json and OUT/words.json.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, out] = process.argv.slice(2).map((name) => path.resolve(name))
const load = async (name) => import(pathToFileURL(path.join(modules, name)).href)
const { unpack } = await load('efrt/src/index.js')
const titles = (await load('compromise-wikipedia/src/_model.js')).default
const words = (await load('compromise/src/2-two/preTagger/model/lexicon/_data.js')).default
const wanted = ['Organization', 'SportsTeam', 'City', 'Country', 'Region', 'Place', 'Demonym']
fs.writeFileSync(path.join(out, 'titles.json'), JSON.stringify(Object.keys(unpack(titles))))
const lists = wanted.map((kind) => [kind, Object.keys(unpack(words[kind]))])
fs.writeFileSync(path.join(out, 'words.json'), JSON.stringify(Object.fromEntries(lists)))
