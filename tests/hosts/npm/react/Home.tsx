import { Link } from 'react-router';

const turn = () => {
  const { dataset } = document.documentElement;
  dataset.theme = dataset.theme === 'dark' ? 'light' : 'dark';
};

export function Menu() {
  return (
    <nav>
      <Link to="/" className="home">
        Notes
      </Link>
      <button type="button" id="theme" onClick={turn}>
        Theme
      </button>
    </nav>
  );
}

export function Home() {
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
