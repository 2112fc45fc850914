import 'ganvas/define';
import './use.js';
