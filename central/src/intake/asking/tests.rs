//! Requests under way: bounds, repetitions, withdrawals.
