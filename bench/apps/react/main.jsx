// React with react-oidc-context, oidc-client-ts and react-router, with the default settings of these libraries.
import { createRoot } from 'react-dom/client';
import { AuthProvider, useAuth } from 'react-oidc-context';
import { BrowserRouter, Navigate, Route, Routes, useNavigate } from 'react-router';

const settings = {
  authority: PROVIDER,
  client_id: CLIENT,
  redirect_uri: `${location.origin}/callback`,
  scope: SCOPE,
  // The ID token of the local provider does not contain the name of the user.
  loadUserInfo: true,
};

function companyOf(accessToken) {
  const payload = accessToken.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
  return JSON.parse(atob(payload)).tenant_id;
}

function Problem({ error }) {
  return <section><h1>Not signed in</h1><p data-testid="error">{error.message}</p></section>;
}

function Home() {
  const auth = useAuth();
  if (auth.error) return <Problem error={auth.error} />;
  if (auth.isAuthenticated) {
    return (
      <section data-testid="session">
        <h1>You are signed in</h1>
        <p data-testid="user-name">{auth.user.profile.name}</p>
        <p data-testid="company">{companyOf(auth.user.access_token)}</p>
      </section>
    );
  }
  if (auth.isLoading) return <p>Loading</p>;
  return (
    <section>
      <h1>Sign in with your Visma account</h1>
      <button type="button" data-testid="sign-in" onClick={() => void auth.signinRedirect()}>Sign in</button>
    </section>
  );
}

function Callback() {
  const auth = useAuth();
  return auth.error ? <Problem error={auth.error} /> : <h1>Signing you in</h1>;
}

function App() {
  const navigate = useNavigate();
  return (
    <AuthProvider {...settings} onSigninCallback={() => navigate('/', { replace: true })}>
      <main>
        <Routes>
          <Route path="/" element={<Home />} />
          <Route path="/callback" element={<Callback />} />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </main>
    </AuthProvider>
  );
}

createRoot(document.getElementById('root')).render(<BrowserRouter><App /></BrowserRouter>);
