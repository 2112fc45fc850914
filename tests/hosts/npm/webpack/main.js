import 'ganvas/define';
