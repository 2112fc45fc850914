import type {} from 'ganvas/react';

export const wrong = <ganvas-lab preset="no such preset" />;
