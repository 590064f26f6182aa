//! The actions of a user, a browser, a network, a provider and the other tabs.

use proptest::prelude::*;
use proptest::sample::select;
use visma_connect::RenewIn;

use super::super::fake::{DISCOVERY, JWKS, TOKEN, USERINFO};

/// One action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Action {
    Prepare,
    SignIn,
    /// The callback page is opened. `true`: in a newly loaded page. `false`: in the current page.
    Callback(ResponseKind, bool),
    SignOut,
    SignedOutPage,
    Reload,
    /// The browser restores the page from the back/forward cache.
    Restored,
    /// The app panics.
    Stop,
    /// Seconds pass on both clocks. The page does not check them.
    Wait(i64),
    /// The device sleeps for some seconds. The monotonic clock stands still.
    Sleep(i64),
    /// The wall clock is changed by some seconds.
    SetClock(i64),
    /// The wall clock is set to the real time.
    RightClock,
    /// The page checks the clocks.
    Tick,
    /// The page's timer fires some milliseconds too late, and the page checks the clocks.
    Timer(i64),
    /// The kind of response that the token endpoint sends from now on.
    TokenEndpoint(TokenResponseKind),
    /// The user who signs in at the provider from now on.
    User(TestUser),
    /// The kind of response that UserInfo sends from now on.
    UserInfo(UserInfo),
    /// The status of the APIs' responses from now on. 0 means that the APIs are unreachable.
    Apis(u16),
    /// From now on this URL is reachable (`true`), or unreachable (`false`).
    Reachable(&'static str, bool),
    /// From now on the responses of this URL are held back (`true`), or delivered (`false`).
    Hold(&'static str, bool),
    HoldClaims(bool),
    /// The provider changes to other keys (`true`), or back to the first keys (`false`).
    Rotated(bool),
    /// From now on this part of the browser fails (`true`), or works (`false`).
    Broken(Part, bool),
    /// The user signs out in another tab. `true`: this page notices the sign-out at once. `false`: this page has not
    /// noticed it yet.
    SignOutElsewhere(bool),
    Renew(RenewIn, Ask),
    RenewAgain(RenewIn),
    CancelRenewal,
    /// The provider responds in the window that was opened last.
    WindowCallback(ResponseKind),
    /// Calls an API: its name, a path, and whether the call only reads.
    Call(&'static str, &'static str, bool),
    /// The user stops waiting for the API that refused the token.
    AcceptRefusal,
    Receive(Message),
    /// Another site starts a sign-in with this query.
    Initiate(&'static str),
    /// The app is loaded and may start a silent sign-in, if a user was signed in before.
    Restore,
    /// The app keeps the text that the user types, or a text that contains the access token.
    Keep(Text),
}

/// The response in the address of the callback page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseKind {
    Good,
    /// A response whose state was used before.
    Old,
    /// The same response in a duplicated tab, which has a copy of the record.
    OldWithItsRecord,
    Declined,
    /// The provider would have to interact with the user.
    LoginRequired,
    AnotherIssuer,
    Forged,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenResponseKind {
    /// The value of `expires_in`, if there is one, and whether the user has used a second factor.
    Good(Option<u32>, bool),
    AnotherKey,
    Unsigned,
    AnotherNonce,
    AnotherAudience,
    Expired,
    Refused,
    Unreachable,
    Page,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TestUser {
    Kari,
    KariAtACompany,
    Ola,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UserInfo {
    Good,
    OtherSubject,
    Refused,
    Unreachable,
}

/// The parts of the browser that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Windows,
    Storage,
    Randomness,
    TopLevel,
    /// Another tab holds every lock.
    Lock,
}

/// What a renewal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Nothing,
    Login,
    SelectAccount,
    SecondStep,
}

/// A message from another tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// A sign-out. `true`: its mark is in storage. `false`: there is no mark, because storage is blocked.
    SignedOut(bool),
    SignedInAsOther,
    SignedInAsThis,
    /// The provider ends this user's session (`true`), or another one (`false`).
    FrontChannel(bool),
    Garbage(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Note,
    WithTheToken,
    Nothing,
}

const GARBAGE: &[&str] = &[
    "",
    "signed_out",
    r#"{"v":2,"type":"signed_out","mark":"1"}"#,
    r#"{"v":1,"type":"signed_in"}"#,
    r#"{"v":1,"type":"signed_in","user":7}"#,
    r#"{"v":1,"type":"access_token","access_token":"access-canary-0000"}"#,
    r#"{"v":1,"type":"frontchannel_logout","iss":"https://connect.example"}"#,
    r#"{"v":1,"type":"frontchannel_logout","iss":"https://evil.example","sid":"sid-kari"}"#,
];

const STARTS: &[&str] = &[
    "?iss=https%3A%2F%2Fconnect.example",
    "?iss=https%3A%2F%2Fconnect.example&target_link_uri=https%3A%2F%2Fapp.example%2Forders",
    "?iss=https%3A%2F%2Fconnect.example&target_link_uri=https%3A%2F%2Fevil.example%2F&login_hint=kari",
    "?iss=https%3A%2F%2Fevil.example",
    "?login_hint=kari",
    "",
];

const CALLS: &[(&str, &str)] = &[
    ("erp", "orders"),
    ("erp", "orders"),
    ("erp", "https://api.example/v1/orders?page=2"),
    ("other", "orders"),
    ("erp", "../orders"),
    ("erp", "https://api.example/v10/orders"),
    ("erp", "https://evil.example/v1"),
    ("erp", "//evil.example/v1"),
    ("unknown", "orders"),
];

pub(super) const SIGNED_IN: [Action; 2] = [Action::SignIn, Action::Callback(ResponseKind::Good, true)];

fn response() -> impl Strategy<Value = ResponseKind> {
    use ResponseKind::{AnotherIssuer, Declined, Forged, Good, LoginRequired, Nothing, Old, OldWithItsRecord};
    prop_oneof![
        9 => Just(Good),
        4 => select(&[Old, OldWithItsRecord, Declined, LoginRequired, AnotherIssuer, Forged, Nothing][..]),
    ]
}

fn place() -> impl Strategy<Value = RenewIn> {
    prop_oneof![2 => Just(RenewIn::Window), 1 => Just(RenewIn::Tab)]
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![3 => Just(Ask::Nothing), 1 => select(&[Ask::Login, Ask::SelectAccount, Ask::SecondStep][..])]
}

fn user() -> impl Strategy<Value = TestUser> {
    prop_oneof![4 => Just(TestUser::Kari), 1 => Just(TestUser::KariAtACompany), 1 => Just(TestUser::Ola)]
}

fn token_response_kind() -> impl Strategy<Value = TokenResponseKind> {
    use TokenResponseKind::{
        AnotherAudience, AnotherKey, AnotherNonce, Expired, Good, Page, Refused, Unreachable, Unsigned,
    };
    let lifetime = select(&[None, Some(1), Some(2), Some(30), Some(3_600), Some(1_000_000)][..]);
    prop_oneof![
        5 => (lifetime, any::<bool>()).prop_map(|(lifetime, is_strong)| Good(lifetime, is_strong)),
        4 => select(&[AnotherKey, Unsigned, AnotherNonce, AnotherAudience, Expired, Refused, Unreachable, Page][..]),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        1 => any::<bool>().prop_map(Message::SignedOut),
        1 => Just(Message::SignedInAsOther),
        1 => Just(Message::SignedInAsThis),
        1 => any::<bool>().prop_map(Message::FrontChannel),
        3 => select(GARBAGE).prop_map(Message::Garbage),
    ]
}

fn broken() -> impl Strategy<Value = Action> {
    let part = select(&[Part::Windows, Part::Storage, Part::Randomness, Part::TopLevel, Part::Lock][..]);
    (part, prop::bool::weighted(0.4)).prop_map(|(part, is_broken)| Action::Broken(part, is_broken))
}

fn call() -> impl Strategy<Value = Action> {
    (select(CALLS), prop::bool::weighted(0.7)).prop_map(|((api, path), is_read)| Action::Call(api, path, is_read))
}

/// Any action.
fn any_action() -> impl Strategy<Value = Action> {
    use Action::{
        AcceptRefusal, Apis, Callback, CancelRenewal, Hold, HoldClaims, Initiate, Keep, Prepare, Reachable, Receive,
        Reload, Renew, RenewAgain, Restore, Restored, Rotated, SignIn, SignOut, SignOutElsewhere, SignedOutPage, Stop,
        Tick, Timer, TokenEndpoint, Wait, WindowCallback,
    };
    let of_the_user = prop_oneof![
        1 => Just(Prepare),
        5 => Just(SignIn),
        7 => (response(), prop::bool::weighted(0.9)).prop_map(|(response, is_new)| Callback(response, is_new)),
        2 => Just(SignOut),
        1 => Just(SignedOutPage),
        1 => Just(Reload),
        1 => Just(Restored),
        6 => (place(), ask()).prop_map(|(place, ask)| Renew(place, ask)),
        1 => place().prop_map(RenewAgain),
        1 => Just(CancelRenewal),
        6 => response().prop_map(WindowCallback),
        5 => call(),
        1 => Just(AcceptRefusal),
        1 => select(STARTS).prop_map(Initiate),
        2 => Just(Restore),
        2 => select(&[Text::Note, Text::Note, Text::WithTheToken, Text::Nothing][..]).prop_map(Keep),
    ];
    let a_browser = prop_oneof![
        3 => select(&[1_i64, 5, 15, 40, 599, 3_600][..]).prop_map(Wait),
        1 => select(&[10_i64, 599, 3_600][..]).prop_map(Action::Sleep),
        1 => select(&[-31_536_000_i64, -3_600, -30, 30, 3_600, 31_536_000][..]).prop_map(Action::SetClock),
        1 => Just(Action::RightClock),
        3 => Just(Tick),
        1 => (0_i64..60_000).prop_map(Timer),
        2 => broken(),
        1 => any::<bool>().prop_map(HoldClaims),
        1 => any::<bool>().prop_map(SignOutElsewhere),
        3 => message().prop_map(Receive),
    ];
    let a_provider = prop_oneof![
        5 => token_response_kind().prop_map(TokenEndpoint),
        2 => user().prop_map(Action::User),
        1 => select(&[UserInfo::Good, UserInfo::OtherSubject, UserInfo::Refused, UserInfo::Unreachable][..])
            .prop_map(Action::UserInfo),
        2 => select(&[200_u16, 200, 401, 403, 429, 503, 0][..]).prop_map(Apis),
        1 => (select(&[DISCOVERY, JWKS][..]), any::<bool>()).prop_map(|(url, is_reachable)| Reachable(url, is_reachable)),
        5 => (select(&[TOKEN, TOKEN, DISCOVERY, JWKS, USERINFO, "https://api.example/v1/orders"][..]), prop::bool::weighted(0.4))
            .prop_map(|(url, is_held)| Hold(url, is_held)),
        1 => any::<bool>().prop_map(Rotated),
    ];
    prop_oneof![40 => of_the_user, 12 => a_browser, 14 => a_provider, 1 => Just(Stop)]
}

/// Sequences that random actions seldom produce: the user succeeds without faults, or all faults are removed.
const SCENES: &[&[Action]] = &[
    &SIGNED_IN,
    &[Action::Renew(RenewIn::Window, Ask::Nothing), Action::WindowCallback(ResponseKind::Good)],
    &[Action::Renew(RenewIn::Window, Ask::Nothing), Action::WindowCallback(ResponseKind::Good)],
    &[Action::Renew(RenewIn::Tab, Ask::Nothing), Action::Callback(ResponseKind::Good, true)],
    &[Action::Renew(RenewIn::Window, Ask::SecondStep), Action::WindowCallback(ResponseKind::Good)],
    &[
        Action::Restore,
        Action::Callback(ResponseKind::LoginRequired, true),
        Action::SignIn,
        Action::Callback(ResponseKind::Good, true),
    ],
    &[
        Action::Hold(TOKEN, true),
        Action::Renew(RenewIn::Window, Ask::Nothing),
        Action::WindowCallback(ResponseKind::Good),
    ],
    &[
        Action::Keep(Text::Note),
        Action::User(TestUser::Ola),
        Action::Renew(RenewIn::Window, Ask::SelectAccount),
        Action::WindowCallback(ResponseKind::Good),
    ],
    &[
        Action::Apis(401),
        Action::Call("erp", "orders", true),
        Action::Call("other", "orders", false),
        Action::Apis(200),
        Action::Renew(RenewIn::Window, Ask::Nothing),
        Action::WindowCallback(ResponseKind::Good),
    ],
    // The response to one attempt arrives while the page handles another.
    &[
        Action::SignIn,
        Action::Reload,
        Action::SignIn,
        Action::Hold(TOKEN, true),
        Action::Callback(ResponseKind::Good, true),
        Action::SignedOutPage,
        Action::Callback(ResponseKind::Good, false),
        Action::Hold(TOKEN, false),
    ],
    &[Action::Call("erp", "orders", true), Action::Wait(3_600), Action::Tick],
    WORKS_AGAIN,
    WORKS_AGAIN,
];

const WORKS_AGAIN: &[Action] = &[
    Action::TokenEndpoint(TokenResponseKind::Good(Some(3_600), false)),
    Action::Rotated(false),
    Action::Reachable(DISCOVERY, true),
    Action::Hold(TOKEN, false),
    Action::Hold(DISCOVERY, false),
    Action::Hold(JWKS, false),
    Action::HoldClaims(false),
    Action::Broken(Part::Windows, false),
    Action::Broken(Part::Storage, false),
    Action::Broken(Part::Randomness, false),
    Action::Broken(Part::TopLevel, false),
    Action::RightClock,
];

/// A sign-in or a renewal: the response of the token endpoint, and what happens while a response is held back.
fn attempt() -> impl Strategy<Value = Vec<Action>> {
    const WAYS: &[&[Action]] = &[
        &SIGNED_IN,
        &[Action::Renew(RenewIn::Window, Ask::Nothing), Action::WindowCallback(ResponseKind::Good)],
        &[Action::Renew(RenewIn::Tab, Ask::Nothing), Action::Callback(ResponseKind::Good, true)],
    ];
    const MEANWHILE: &[&[Action]] = &[
        &[],
        &[Action::CancelRenewal],
        &[Action::Renew(RenewIn::Window, Ask::Nothing)],
        &[Action::SignOut],
        &[Action::SignedOutPage],
        &[Action::SignOutElsewhere(true)],
        &[Action::SignOutElsewhere(false)],
        &[Action::Receive(Message::SignedOut(true))],
        &[Action::Receive(Message::FrontChannel(true))],
        &[Action::Wait(3_600), Action::Tick],
        &[Action::Stop],
    ];
    let held = select(&[TOKEN, TOKEN, JWKS, DISCOVERY][..]);
    (token_response_kind(), select(WAYS), held, select(MEANWHILE)).prop_map(|(response, way, held, meanwhile)| {
        let before = [Action::TokenEndpoint(response), Action::Hold(held, true)];
        [&before, way, meanwhile, &[Action::Hold(held, false)]].concat()
    })
}

/// Any action, and sometimes a sequence of actions that belong together.
pub(super) fn any_scene() -> impl Strategy<Value = Vec<Action>> {
    prop_oneof![
        6 => any_action().prop_map(|action| vec![action]),
        3 => select(SCENES).prop_map(<[Action]>::to_vec),
        1 => attempt(),
    ]
}

/// The events of a day: hours pass, the device sleeps, clocks are changed, timers fire late, and the user renews the
/// session in time or too late.
pub(super) fn scene_of_a_day() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        6 => select(&[1_i64, 59, 600, 1_800, 3_480, 3_599, 3_601, 86_400][..]).prop_map(Action::Wait),
        3 => select(&[60_i64, 1_800, 3_599, 3_600, 28_800, 86_400][..]).prop_map(Action::Sleep),
        2 => select(&[-31_536_000_i64, -86_400, -3_600, -60, 60, 3_600, 31_536_000][..]).prop_map(Action::SetClock),
        2 => Just(Action::RightClock),
        4 => Just(Action::Tick),
        6 => prop_oneof![0_i64..1_000, 0_i64..60_000].prop_map(Action::Timer),
        2 => Just(Action::Restored),
        6 => Just(Action::Renew(RenewIn::Window, Ask::Nothing)),
        6 => Just(Action::WindowCallback(ResponseKind::Good)),
        2 => Just(Action::Renew(RenewIn::Tab, Ask::Nothing)),
        2 => Just(Action::Callback(ResponseKind::Good, true)),
        1 => Just(Action::WindowCallback(ResponseKind::Declined)),
        1 => Just(Action::CancelRenewal),
        6 => prop::bool::weighted(0.8).prop_map(|is_read| Action::Call("erp", "orders", is_read)),
        3 => select(&[None, Some(60), Some(3_600), Some(7_200), Some(1_000_000)][..])
            .prop_map(|lifetime| Action::TokenEndpoint(TokenResponseKind::Good(lifetime, false))),
        2 => (select(&[TOKEN, USERINFO, "https://api.example/v1/orders"][..]), prop::bool::weighted(0.3))
            .prop_map(|(url, is_held)| Action::Hold(url, is_held)),
        1 => select(&[200_u16, 200, 401, 503][..]).prop_map(Action::Apis),
        1 => Just(Action::SignIn),
    ];
    prop_oneof![4 => action.prop_map(|action| vec![action]), 1 => select(&SCENES[..4]).prop_map(<[Action]>::to_vec)]
}
