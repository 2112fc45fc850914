import { Link, Route, Routes } from 'react-router';
import { Frame } from './Frame';
import { Lab } from './Lab';

const turn = () => {
  const { dataset } = document.documentElement;
  dataset.theme = dataset.theme === 'dark' ? 'light' : 'dark';
};

function Home() {
  return (
    <ul>
      <li>
        <Link to="/element">Element</Link>
      </li>
      <li>
        <Link to="/iframe">Iframe</Link>
      </li>
    </ul>
  );
}

export function App() {
  return (
    <>
      <nav>
        <Link to="/" className="home">
          Notes
        </Link>
        <button type="button" id="theme" onClick={turn}>
          Theme
        </button>
      </nav>
      <Routes>
        <Route path="/" element={<Home />} />
        <Route path="/element" element={<Lab />} />
        <Route path="/iframe" element={<Frame />} />
      </Routes>
    </>
  );
}
