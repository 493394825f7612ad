//! The System page: the database, what waits, and the jobs, in numbers measured when the page was made.

use std::time::Duration;

use leptos::prelude::*;
use stagedoor_core::view::system::{DatabaseView, JobView, QueueView, SystemView};
use stagedoor_core::view::{Tone, grouped};
use stagedoor_service::{StaffOp, status};

use super::Content;
use crate::error::AppError;
use crate::layout::Around;
use crate::ui::time::span_words;
use crate::ui::{Clock, page_head, status_tag, tag, titled_card};

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, around: &Around) -> Result<Content, AppError> {
    let view = status::view(op, env!("CARGO_PKG_VERSION"))
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: "System".to_owned(),
        main: system_page(&view, around),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub fn system_page(view: &SystemView, around: &Around) -> AnyView {
    let clock = &around.clock;
    let lead = format!(
        "Stagedoor {}, running for {}. Measured now; nothing here is estimated.",
        view.version,
        span_words(clock.now.since(view.since))
    );
    view! {
        {page_head("System", lead, ())}
        <div class="col">
            <div class="stack">
                {queues(&view.queues, clock)}
                {jobs(&view.jobs, clock)}
            </div>
            <div class="stack">{database(&view.database)} {process(view, clock)}</div>
        </div>
    }
    .into_any()
}

/// Bytes in their largest unit: `2.4 MiB`.
fn bytes_words(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

fn database(view: &DatabaseView) -> AnyView {
    let engine = match view.engine.as_str() {
        "sqlite" => "SQLite".to_owned(),
        "postgres" => "PostgreSQL".to_owned(),
        other => other.to_owned(),
    };
    let tone = if view.well { Tone::Ok } else { Tone::Danger };
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Engine"</dt>
            <dd>{engine}</dd>
            <dt>"Size"</dt>
            <dd class="num" title=format!("{} bytes", grouped(view.bytes))>
                {bytes_words(view.bytes)}
            </dd>
            <dt>"Schema"</dt>
            <dd class="num">
                {format!("version {} ", view.schema)} {status_tag(tone, view.standing.clone())}
            </dd>
        </dl>
    };
    titled_card("database", "Database", body)
}

fn process(view: &SystemView, clock: &Clock) -> AnyView {
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Version"</dt>
            <dd class="mono">{view.version.clone()}</dd>
            <dt>"Since"</dt>
            <dd class="num">{clock.exact(view.since)}</dd>
            <dt>"Up"</dt>
            <dd class="num">{span_words(clock.now.since(view.since))}</dd>
        </dl>
    };
    titled_card("process", "This process", body)
}

fn queues(all: &[QueueView], clock: &Clock) -> AnyView {
    let rows = all.iter().map(|queue| queue_row(queue, clock)).collect_view();
    view! {
        <section class="card" aria-labelledby="queues" tabindex="0">
            <h2 class="sect" id="queues">
                "Queues"
            </h2>
            <table aria-label="Queues">
                <thead>
                    <tr>
                        <th scope="col">"What waits"</th>
                        <th scope="col">"Where"</th>
                        <th scope="col" class="r">
                            "Depth"
                        </th>
                        <th scope="col">"Oldest"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn queue_row(queue: &QueueView, clock: &Clock) -> AnyView {
    let place = if queue.of_process {
        "this process"
    } else {
        "database"
    };
    let most = queue
        .most
        .map(|most| view! { <span class="faint">{format!(" of {}", grouped(most))}</span> });
    let oldest = match queue.oldest {
        Some(at) => clock.ago(at),
        None => view! { <span class="faint">"—"</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="wrap min-w-[190px]">{queue.about.clone()}</td>
            <td class="muted">{place}</td>
            <td class="r num">{grouped(queue.depth)} {most}</td>
            <td class="muted">{oldest}</td>
        </tr>
    }
    .into_any()
}

fn jobs(all: &[JobView], clock: &Clock) -> AnyView {
    let rows = all.iter().map(|job| job_row(job, clock)).collect_view();
    view! {
        <section class="card" aria-labelledby="jobs" tabindex="0">
            <h2 class="sect" id="jobs">
                "Jobs"
                <span class="spacer"></span>
                <span class="small muted font-[450]">"As this process ran them; what it remembers ends with it."</span>
            </h2>
            <table aria-label="Jobs">
                <thead>
                    <tr>
                        <th scope="col">"Job"</th>
                        <th scope="col">"Every"</th>
                        <th scope="col">"Last run"</th>
                        <th scope="col">"Next"</th>
                        <th scope="col" class="r">
                            "Runs"
                        </th>
                        <th scope="col">"Last failure"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn job_row(job: &JobView, clock: &Clock) -> AnyView {
    let last = match job.last_run {
        Some(at) => clock.moment(at),
        None => view! { <span class="faint">"not yet"</span> }.into_any(),
    };
    let next = job.next_run.map(|at| clock.moment(at));
    let failure = match &job.last_failure {
        Some((at, words)) => {
            let count = format!("{} of {}", grouped(job.failures), grouped(job.runs));
            view! {
                {tag(Tone::Danger, count)}
                " "
                {clock.ago(*at)}
                " "
                <span class="small muted">{words.clone()}</span>
            }
            .into_any()
        }
        None => view! { <span class="faint">"none"</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="wrap min-w-[190px]">{job.about.clone()}</td>
            <td class="num muted">{span_words(Duration::from_secs(job.every_seconds))}</td>
            <td class="muted">{last}</td>
            <td class="muted">{next}</td>
            <td class="r num">{grouped(job.runs)}</td>
            <td class="wrap">{failure}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_one_unit() {
        assert_eq!(bytes_words(900), "900 B");
        assert_eq!(bytes_words(4096), "4.0 KiB");
        assert_eq!(bytes_words(2_516_582), "2.4 MiB");
        assert_eq!(bytes_words(u64::MAX), "16777216.0 TiB");
    }
}
