//! A tab with its driver in a fake browser, and the windows that it opens. The tab records the events that the
//! invariants in `checks.rs` need.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::LazyLock;
use std::task::{Context, Waker};

use serde_json::Value;
use url::Url;
use visma_connect::protocol::config::Config;
use visma_connect::protocol::fingerprints::Fingerprints;
use visma_connect::protocol::pending_sign_in::STORAGE_PREFIX;
use visma_connect::session::driver::Driver;
use visma_connect::session::error::PlatformError;
use visma_connect::session::moment::Moment;
use visma_connect::session::platform::Platform as _;
use visma_connect::session::state::SessionState;
use visma_connect::session::tab_message::TabMessage;
use visma_connect::{ApiRequest, Method, Prompt, SignInOptions};
use zeroize::Zeroizing;

use super::super::fake::{self, Fake, ISSUER, JWKS, OTHER_KEY, SIGNING_KEY, World};
use super::action::{Action, Ask, Message, Part, ResponseKind, TestUser, Text};
use super::provider::{Issued, Left, Provider, Sent};

/// The values of the configuration key `restore`.
pub(super) const RESTORE: [&str; 3] = ["ask", "redirect", "off"];

static CONFIGS: LazyLock<[Config; 3]> = LazyLock::new(|| {
    RESTORE.map(|restore| {
        let text = format!(
            r#"{{"authority":"{ISSUER}","client_id":"demo","restore":"{restore}",
                "apis":[{{"name":"erp","base_url":"https://api.example/v1"}},
                        {{"name":"other","base_url":"https://other.example"}}]}}"#
        );
        Config::parse(&text, &fake::page()).unwrap()
    })
});

/// A future that runs in a page.
type Work = Pin<Box<dyn Future<Output = ()>>>;

/// The signed-in user, with the number of the access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) number: usize,
    pub(super) user: TestUser,
}

/// The state of the tab before an action.
pub(super) struct Seen {
    pub(super) state: SessionState,
    pub(super) session: Option<Session>,
    pub(super) page: usize,
    pub(super) bearers: usize,
    pub(super) log: usize,
}

pub(super) struct Tab {
    pub(super) world: Rc<World>,
    pub(super) driver: Rc<Driver<Fake>>,
    pub(super) provider: Rc<RefCell<Provider>>,
    config: &'static Config,
    running: Vec<Work>,
    /// Callback pages in other windows, and the futures that run there.
    pub(super) windows: Vec<Rc<Driver<Fake>>>,
    elsewhere: Vec<Work>,
    /// The number of actions so far, and the number of pages loaded in this tab.
    pub(super) action: usize,
    pub(super) page: usize,
    /// The last action that ended the session and every sign-in or renewal that had started before it.
    pub(super) all_ended: usize,
    /// The last action in which the user signed out in this browser, even if this page has not noticed it yet.
    pub(super) signed_out: usize,
    /// The last action that ended every renewal in a window.
    pub(super) renewals_ended: usize,
    pub(super) is_stopped: bool,
    /// Whether another tab has signed out and this page has not noticed it yet.
    pub(super) is_unnoticed: bool,
    /// The numbers of the tokens whose session has ended.
    pub(super) over: BTreeSet<usize>,
    /// The owner of this page's session, as a fingerprint. It remains after the session has expired.
    owner: Option<String>,
    typed_by: Option<TestUser>,
    /// The fingerprints of every user who has been signed in.
    pub(super) fingerprints: BTreeMap<TestUser, Fingerprints>,
    pub(super) slept_ms: i64,
    marks: u32,
    /// The number of calls so far. The body of each write contains this number, so that it is unique.
    calls: usize,
    /// Whether a text with the access token was kept.
    pub(super) has_kept_a_token: bool,
}

impl Tab {
    pub(super) fn new(restore: usize) -> Self {
        let world = World::new();
        let provider = Rc::new(RefCell::new(Provider::new()));
        let asked = Rc::clone(&provider);
        world.responder.replace(Some(Rc::new(move |request| asked.borrow_mut().respond(request))));
        let challenge = r#"Bearer error="insufficient_scope", scope="more""#;
        world.headers.borrow_mut().push(("www-authenticate".to_owned(), challenge.to_owned()));
        let config = &CONFIGS[restore];
        let driver = Self::page_of(&world, config);
        Self {
            world,
            driver,
            provider,
            config,
            running: Vec::new(),
            windows: Vec::new(),
            elsewhere: Vec::new(),
            action: 0,
            page: 0,
            all_ended: 0,
            signed_out: 0,
            renewals_ended: 0,
            is_stopped: false,
            is_unnoticed: false,
            over: BTreeSet::new(),
            owner: None,
            typed_by: None,
            fingerprints: BTreeMap::new(),
            slept_ms: 0,
            marks: 0,
            calls: 0,
            has_kept_a_token: false,
        }
    }

    fn page_of(world: &Rc<World>, config: &'static Config) -> Rc<Driver<Fake>> {
        Rc::new(Driver::new(Fake(Rc::clone(world)), config, Box::new(|| {})))
    }

    pub(super) fn now(&self) -> Moment {
        self.driver.platform().now()
    }

    /// The real time in milliseconds.
    pub(super) fn real_ms(&self) -> i64 {
        self.world.wall_seconds.get() * 1_000 + self.world.late_ms.get() + self.slept_ms
    }

    /// How far the wall clock is ahead of the real time, in milliseconds.
    pub(super) fn wrong_ms(&self) -> i64 {
        self.world.wall_jump_ms.get() - self.slept_ms
    }

    /// The current session. The granted scopes contain the number of the token.
    pub(super) fn session(&self) -> Option<Session> {
        let state = self.driver.state();
        let granted = state.signed_in()?.granted().to_vec();
        let number = granted.iter().find_map(|scope| scope.strip_prefix("issued-")).unwrap().parse().unwrap();
        Some(Session { number, user: self.provider.borrow().issued[number].user })
    }

    pub(super) fn issued(&self, number: usize) -> (Issued, Left) {
        let provider = self.provider.borrow();
        let issued = provider.issued[number];
        (issued, provider.left[issued.left].clone())
    }

    /// Whether the end of this token has passed on either clock, or is less than `early_ms` away.
    pub(super) fn is_past(&self, number: usize, early_ms: i64) -> bool {
        let (issued, left) = self.issued(number);
        let end = left.sent.unwrap().at.plus_ms(issued.lifetime_ms - early_ms);
        let now = self.now();
        now.wall_ms >= end.wall_ms || now.monotonic_ms >= end.monotonic_ms
    }

    pub(super) fn seen(&self) -> Seen {
        Seen {
            state: self.driver.state(),
            session: self.session(),
            page: self.page,
            bearers: self.world.bearers.borrow().len(),
            log: self.world.log.borrow().len(),
        }
    }

    fn start<F: Future<Output = ()> + 'static>(&mut self, work: impl FnOnce(Rc<Driver<Fake>>) -> F) {
        self.running.push(Box::pin(work(Rc::clone(&self.driver))));
    }

    fn reload(&mut self) {
        self.running.clear();
        self.driver = Self::page_of(&self.world, self.config);
        self.page += 1;
        self.owner = None;
        self.typed_by = None;
        self.is_stopped = false;
        self.is_unnoticed = false;
        self.has_kept_a_token = false;
    }

    fn ends_everything(&mut self) {
        self.all_ended = self.action;
        self.owner = None;
        self.typed_by = None;
    }

    pub(super) fn act(&mut self, action: Action) {
        self.action += 1;
        match action {
            Action::Prepare => self.start(|driver| async move { driver.prepare().await }),
            Action::SignIn => self.start(|driver| async move { driver.sign_in("/orders").await }),
            Action::Callback(response, is_new_page) => {
                if is_new_page {
                    self.reload();
                }
                self.open_callback(response);
            }
            Action::SignOut => {
                self.driver.sign_out();
                self.signed_out = self.action;
                self.ends_everything();
            }
            Action::SignedOutPage => {
                self.driver.returned_from_sign_out("?state=x");
                self.all_ended = self.action;
            }
            Action::Reload => self.reload(),
            Action::Restored => self.driver.page_restored(),
            Action::Stop => {
                self.driver.stop();
                self.is_stopped = true;
                self.all_ended = self.action;
            }
            Action::Wait(seconds) => self.world.wall_seconds.set(self.world.wall_seconds.get() + seconds),
            Action::Sleep(seconds) => {
                self.slept_ms += seconds * 1_000;
                self.jump(seconds * 1_000);
            }
            Action::SetClock(seconds) => self.jump(seconds * 1_000),
            Action::RightClock => self.jump(-self.wrong_ms()),
            Action::Tick => self.driver.tick(),
            Action::Timer(late_ms) => {
                if let Some(ms) = self.driver.next_tick_ms() {
                    self.world.late_ms.set(self.world.late_ms.get() + i64::from(ms) + late_ms);
                    self.driver.tick();
                }
            }
            Action::TokenEndpoint(response) => self.provider.borrow_mut().token_endpoint = response,
            Action::User(user) => self.provider.borrow_mut().user = user,
            Action::UserInfo(response) => self.provider.borrow_mut().userinfo = response,
            Action::Apis(status) => self.provider.borrow_mut().apis = status,
            Action::Reachable(url, true) => self.world.respond(url, World::new().responses.borrow()[url][0].clone()),
            Action::Reachable(url, false) => self.world.respond(url, Err(PlatformError::Unreachable)),
            Action::Hold(url, true) => self.world.hold(url),
            Action::Hold(url, false) => self.world.release(url),
            Action::HoldClaims(is_held) => self.world.claims_held.set(is_held),
            Action::Rotated(is_rotated) => {
                let keys = if is_rotated { [("k2", OTHER_KEY)] } else { [("k1", SIGNING_KEY)] };
                self.world.respond(JWKS, Ok((200, fake::jwks(&keys))));
            }
            Action::Broken(part, is_broken) => self.break_part(part, is_broken),
            Action::SignOutElsewhere(is_noticed) => {
                self.next_mark(true);
                self.signed_out = self.action;
                if is_noticed {
                    self.driver.tick();
                    self.ends_everything();
                } else {
                    self.is_unnoticed = true;
                }
            }
            Action::Renew(place, ask) => {
                let options = options(ask);
                self.renewals_ended = self.action - 1;
                self.start(move |driver| async move { driver.renew(place, "/orders?page=2", options).await });
            }
            Action::RenewAgain(place) => {
                self.renewals_ended = self.action - 1;
                self.start(move |driver| async move { driver.retry_renewal(place, "/orders?page=2").await });
            }
            Action::CancelRenewal => {
                self.driver.cancel_renewal();
                self.renewals_ended = self.action;
            }
            Action::WindowCallback(response) => self.response_in_window(response),
            Action::Call(api, path, is_read) => self.call(api, path, is_read),
            Action::AcceptRefusal => self.driver.stop_waiting("erp"),
            Action::Receive(message) => self.receive(message),
            Action::Initiate(query) => {
                self.reload();
                self.start(move |driver| async move { driver.initiate(query).await });
            }
            Action::Restore => {
                self.reload();
                self.start(|driver| async move { driver.restore("/orders").await });
            }
            Action::Keep(text) => self.keep(text),
        }
        self.provider.borrow_mut().now = self.real_ms().div_euclid(1_000);
        self.provider.borrow_mut().device_now = self.now().wall_ms.div_euclid(1_000);
        self.settle();
        self.observe_sending();
    }

    /// Records which user is signed in.
    fn observe_session(&mut self) {
        if let (Some(Session { user, .. }), Some(signed_in)) = (self.session(), self.driver.state().signed_in()) {
            let fingerprints = Fingerprints::of(ISSUER, signed_in.subject(), signed_in.company());
            self.owner = Some(fingerprints.owner.clone());
            self.typed_by = Some(user);
            self.fingerprints.insert(user, fingerprints);
        }
    }

    fn jump(&self, ms: i64) {
        self.world.wall_jump_ms.set(self.world.wall_jump_ms.get() + ms);
    }

    fn break_part(&self, part: Part, is_broken: bool) {
        let error = |error| is_broken.then_some(error);
        match part {
            Part::Windows => self.world.window_is_blocked.set(is_broken),
            Part::Storage => self.world.save_fails.set(error(PlatformError::StorageFull)),
            Part::Randomness => self.world.random_fails.set(is_broken),
            Part::TopLevel => self.world.check_fails.set(error(PlatformError::InFrame)),
            Part::Lock => self.world.lock_is_taken.set(is_broken),
        }
    }

    /// Polls all futures until nothing changes any more.
    fn settle(&mut self) {
        loop {
            let before = self.progress();
            for work in [&mut self.elsewhere, &mut self.running] {
                work.retain_mut(|work| work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
            self.observe_leaving();
            self.observe_session();
            if self.progress() == before {
                return;
            }
        }
    }

    fn progress(&self) -> (usize, usize, SessionState, usize) {
        let left = self.running.len() + self.elsewhere.len();
        (left, self.world.log.borrow().len(), self.driver.state(), self.world.broadcasts.borrow().len())
    }

    /// Makes the mark of a sign-out in another tab.
    fn next_mark(&mut self, is_stored: bool) -> String {
        self.marks += 1;
        let mark = format!("{}", self.now().wall_ms + i64::from(self.marks));
        if is_stored {
            self.world.sign_out_mark.replace(Some(mark.clone()));
        }
        mark
    }

    fn receive(&mut self, message: Message) {
        let text = match message {
            Message::SignedOut(is_stored) => {
                let mark = self.next_mark(is_stored);
                if is_stored {
                    self.signed_out = self.action;
                }
                self.ends_everything();
                self.is_unnoticed |= !is_stored;
                TabMessage::SignedOut { mark }.to_text()
            }
            Message::SignedInAsOther => TabMessage::SignedIn { user: "another user".to_owned() }.to_text(),
            Message::SignedInAsThis => {
                let user = self.session().map(|session| self.fingerprints[&session.user].user.clone());
                TabMessage::SignedIn { user: user.unwrap_or_default() }.to_text()
            }
            Message::FrontChannel(is_ours) => {
                let sid = match (is_ours, self.session()) {
                    (true, Some(session)) => format!("sid-{}", session.user.subject()),
                    _ => "sid-of-another".to_owned(),
                };
                TabMessage::FrontChannelLogout { iss: ISSUER.to_owned(), sid }.to_text()
            }
            Message::Garbage(text) => text.to_owned(),
        };
        self.driver.on_tab_message(&text);
    }

    fn keep(&mut self, text: Text) {
        let text = match (text, self.typed_by, self.session()) {
            (Text::Note, Some(typed_by), _) => typed_by.note().to_owned(),
            (Text::WithTheToken, _, Some(session)) => format!("it is {}!", Provider::token(session.number)),
            _ => String::new(),
        };
        let is_kept = self.driver.keep("note", &text);
        self.has_kept_a_token |= is_kept && text.contains("access-canary");
    }

    fn call(&mut self, api: &'static str, path: &str, is_read: bool) {
        self.calls += 1;
        let request = if is_read {
            ApiRequest::get(path)
        } else {
            ApiRequest::new(Method::Post, path).body("application/json", format!("{{\"call\":{}}}", self.calls))
        };
        self.start(move |driver| async move {
            let _ = driver.call(api, &request).await;
        });
    }

    /// The provider's response to this request.
    fn query(response: ResponseKind, state: &str) -> String {
        let iss = "iss=https%3A%2F%2Fconnect.example";
        match response {
            ResponseKind::Good | ResponseKind::Old | ResponseKind::OldWithItsRecord => {
                format!("?code=code-canary-{state}&state={state}&{iss}")
            }
            ResponseKind::Declined => format!("?error=access_denied&state={state}&{iss}"),
            ResponseKind::LoginRequired => format!("?error=login_required&state={state}&{iss}"),
            ResponseKind::AnotherIssuer => format!("?code=code-canary-{state}&state={state}&{iss}x"),
            ResponseKind::Forged => format!("?code=code-canary&state={}&{iss}", fake::encode([0_u8; 32])),
            ResponseKind::Nothing => String::new(),
        }
    }

    fn open_callback(&mut self, response: ResponseKind) {
        let left = {
            let provider = self.provider.borrow();
            let storage = self.world.storage.borrow();
            let waits = |left: &Left| storage.contains_key(&[STORAGE_PREFIX, &left.state].concat());
            let is_old = |left: &Left| left.record.is_some() && left.opened.is_some();
            match response {
                ResponseKind::Old | ResponseKind::OldWithItsRecord => provider.left.iter().rposition(is_old),
                _ => provider.left.iter().rposition(waits),
            }
        };
        let is_read = matches!(self.driver.state(), SessionState::Unauthenticated(_) | SessionState::Expired);
        let state = left.map_or_else(|| "none".to_owned(), |left| self.provider.borrow().left[left].state.clone());
        let query = Self::query(response, &state);
        // A page that is busy does not read the callback.
        if let Some(left) = left.filter(|_| is_read && !self.is_stopped && query.contains(&state)) {
            let left = &mut self.provider.borrow_mut().left[left];
            left.opened = Some(self.action);
            if let (ResponseKind::OldWithItsRecord, Some(record)) = (response, &left.record) {
                let key = [STORAGE_PREFIX, &left.state].concat();
                self.world.storage.borrow_mut().insert(key, record.clone());
            }
        }
        self.start(|driver| async move { driver.handle_callback(Zeroizing::new(query)).await });
    }

    fn response_in_window(&mut self, response: ResponseKind) {
        let mut provider = self.provider.borrow_mut();
        let is_one = |left: &Left| left.record.is_none();
        let left = match response {
            ResponseKind::Old | ResponseKind::OldWithItsRecord => {
                provider.left.iter().rposition(|left| is_one(left) && left.opened.is_some())
            }
            _ => provider.left.iter().rposition(|left| is_one(left) && left.opened.is_none()),
        };
        let state = left.map_or_else(|| "none".to_owned(), |left| provider.left[left].state.clone());
        let query = Self::query(response, &state);
        if let Some(left) = left.filter(|_| query.contains(&state)) {
            provider.left[left].opened = Some(self.action);
        }
        drop(provider);
        let window = Self::page_of(&self.world, self.config);
        self.windows.push(Rc::clone(&window));
        self.elsewhere.push(Box::pin(async move { window.handle_callback(Zeroizing::new(query)).await }));
    }

    /// Records the authorization requests that were sent in the tab or in a window.
    fn observe_leaving(&self) {
        let log = self.world.log.borrow();
        let departures = log.iter().filter_map(|line| {
            let is_window = line.starts_with("open ");
            let url = line.strip_prefix("navigate ").or(line.strip_prefix("open "))?;
            Some((is_window, Url::parse(url).unwrap()))
        });
        let departures = departures.filter(|(_, url)| url.path() == "/connect/authorize");
        let mut provider = self.provider.borrow_mut();
        let known = provider.left.len();
        for (is_window, url) in departures.skip(known) {
            let find = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned());
            let state = find("state").unwrap();
            assert!(provider.left.iter().all(|left| left.state != state), "a04: each request must have a new state");
            let record = self.world.storage.borrow().get(&[STORAGE_PREFIX, &state].concat()).cloned();
            assert_eq!(record.is_none(), is_window, "a record must be stored, except for a request in a window");
            let written = record.as_ref().map(|record| serde_json::from_str::<Value>(record).unwrap()["owner"].take());
            let owner = written.map_or_else(|| self.owner.clone(), |owner| owner.as_str().map(str::to_owned));
            provider.left.push(Left {
                state,
                nonce: find("nonce").unwrap(),
                continues_session: owner.is_some() || find("prompt").as_deref() == Some("none"),
                record,
                began: self.action,
                owner,
                wants_second_step: find("acr_values").is_some(),
                opened: None,
                sent: None,
            });
        }
    }

    /// Records when each token request was sent.
    fn observe_sending(&self) {
        let mut provider = self.provider.borrow_mut();
        let sent = Sent {
            at: self.now(),
            real_ms: self.real_ms(),
            slept_ms: self.slept_ms,
            wrong_ms: self.wrong_ms(),
            page: self.page,
        };
        for form in &*self.world.forms.borrow() {
            if let Some(left) = provider.left_of(form) {
                provider.left[left].sent.get_or_insert(sent);
            }
        }
    }
}

fn options(ask: Ask) -> SignInOptions {
    let none = SignInOptions::default();
    match ask {
        Ask::Nothing => none,
        Ask::Login => SignInOptions { prompt: Some(Prompt::Login), ..none },
        Ask::SelectAccount => SignInOptions { prompt: Some(Prompt::SelectAccount), ..none },
        Ask::SecondStep => SignInOptions { max_age_seconds: Some(60), acr_values: vec!["3".to_owned()], ..none },
    }
}
