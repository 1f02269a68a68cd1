//! Figures as Branch services tell them. All spans are in seconds.

use schemars::JsonSchema;
use serde::Serialize;

use crate::statistics::{self, Figures};

/// The figures, of all tickets and by groups.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Times {
    /// Of all tickets.
    pub total: Sums,
    /// By service.
    pub products: Vec<Group>,
    /// By counter.
    pub work_places: Vec<Group>,
    /// By operator.
    pub users: Vec<Group>,
    /// By the hour in which tickets were taken.
    pub hours: Vec<Hour>,
}

impl Times {
    /// These figures, with the names of their groups.
    pub fn of(figures: &Figures, names: &impl Names) -> Times {
        let group = |id: &u32, name: String, found: &statistics::Sums| Group {
            id: *id,
            name,
            sums: Sums::of(found),
        };
        Times {
            total: Sums::of(&figures.total),
            products: figures
                .services
                .iter()
                .map(|(id, found)| group(id, names.product(*id), found))
                .collect(),
            work_places: figures
                .counters
                .iter()
                .map(|(id, found)| group(id, names.work_place(*id), found))
                .collect(),
            users: figures
                .operators
                .iter()
                .map(|(id, found)| group(id, names.user(*id), found))
                .collect(),
            hours: figures
                .hours
                .iter()
                .map(|(hour, found)| Hour { hour: *hour, sums: Sums::of(found) })
                .collect(),
        }
    }
}

/// What groups are called; empty where nobody knows.
pub trait Names {
    /// The service with this number.
    fn product(&self, id: u32) -> String;
    /// The counter with this number.
    fn work_place(&self, id: u32) -> String;
    /// The operator with this number.
    fn user(&self, id: u32) -> String;
}

/// Those of one service, counter or operator.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Group {
    /// Its number.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub sums: Sums,
}

/// Those of one hour of the day.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Hour {
    /// On the branch's clock, 0 to 23.
    pub hour: u8,
    /// Its figures.
    #[serde(flatten)]
    pub sums: Sums,
}

/// One day.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OneDay {
    /// The business day, `yyyy-MM-dd`.
    pub date: String,
    /// Its figures.
    pub total: Sums,
}

/// How many, and how long.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sums {
    /// Tickets; of a counter or an operator: calls.
    pub count: u64,
    /// Of those, how many were served.
    pub served_count: u64,
    /// How many did not come.
    pub no_show_count: u64,
    /// How many were given up.
    pub abandoned_count: u64,
    /// In lines.
    pub waiting: Spread,
    /// At counters.
    pub operating: Spread,
    /// In the house.
    pub on_site: Spread,
}

impl Sums {
    /// These sums.
    pub fn of(sums: &statistics::Sums) -> Sums {
        Sums {
            count: sums.asked,
            served_count: sums.served,
            no_show_count: sums.no_shows,
            abandoned_count: sums.abandoned,
            waiting: Spread::of(&sums.waiting),
            operating: Spread::of(&sums.serving),
            on_site: Spread::of(&sums.on_site),
        }
    }
}

/// How long something took.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Spread {
    /// How often.
    pub count: u64,
    /// In the mean.
    pub mean: u64,
    /// Half of them at the most.
    pub p50: u32,
    /// Nine of ten at the most.
    pub p90: u32,
    /// The longest.
    #[serde(rename = "Max")]
    pub longest: u32,
}

impl Spread {
    fn of(spread: &statistics::Spread) -> Spread {
        Spread {
            count: spread.count(),
            mean: spread.mean_s(),
            p50: spread.percentile_s(50),
            p90: spread.percentile_s(90),
            longest: spread.longest_s(),
        }
    }
}
