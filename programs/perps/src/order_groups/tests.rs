use bytemuck::Zeroable;

use super::*;
use crate::constants::FILL_WINDOW_S;
use crate::state::{OrderKind, Side, TimeInForce, TriggerDirection};

const NOW: i64 = 1_000_000;
const SOL: u64 = 1_000_000_000;
const USD: u64 = 1_000_000;

fn market() -> Market {
    let mut market = Market::zeroed();
    market.params.step_size = SOL / 100;
    market.params.depth_k = 100_000 * SOL;
    market.params.spread_ppm = 200;
    market.params.fill_delay_s = 2;
    market.price = OraclePrice { price: 150 * USD, ema_price: 150 * USD, publish_time: NOW, ..OraclePrice::default() };
    market
}

/// A resting order of one SOL, far from the price.
fn resting(side: Side) -> Order {
    Order {
        size: SOL,
        limit_price: if side == Side::Buy { 100 } else { 200 } * USD,
        in_use: 1,
        kind: OrderKind::Limit as u8,
        side: side as u8,
        ..Order::default()
    }
}

fn stop_loss(parent_id: u64) -> Order {
    let mut order = resting(Side::Sell);
    (order.kind, order.limit_price, order.size) = (OrderKind::Market as u8, 0, 0);
    (order.trigger_direction, order.trigger_price) = (TriggerDirection::Below as u8, 140 * USD);
    (order.stage, order.parent_id) = (OrderStage::AwaitingParent as u8, parent_id);
    order.flags = order_flags::REDUCE_ONLY | order_flags::BRACKET;
    order
}

fn grouped(mut order: Order) -> Order {
    order.group_id = 7;
    order.flags |= order_flags::ONE_CANCELS_OTHER;
    order
}

/// An account with these orders, ids from 1, and this base.
fn account(base: i64, orders: &[Order]) -> SubAccount {
    let mut sub = SubAccount::zeroed();
    for (at, order) in orders.iter().enumerate() {
        let slot = sub.take_position_slot(order.market_index).unwrap();
        sub.orders[at] = Order { order_id: at as u64 + 1, ..*order };
        sub.positions[slot].open_orders += 1;
        sub.change_open_size(slot, order, 0, order.remaining()).unwrap();
    }
    let slot = sub.take_position_slot(0).unwrap();
    sub.positions[slot].base = base;
    sub
}

/// Books a fill of the order in slot 0 as the program does: position, order, group.
fn fill(sub: &mut SubAccount, size: u64) -> GroupChanges {
    let order = sub.orders[0];
    let slot = sub.position_slot(0).unwrap();
    sub.positions[slot].base += order.side().signed(size).unwrap();
    sub.change_open_size(slot, &order, order.remaining(), order.remaining() - size).unwrap();
    sub.orders[0].filled += size;
    let market = market();
    after_fill(sub, 0, size, Rest::Rests, &market, &market.price, NOW).unwrap()
}

fn open_sizes(sub: &SubAccount) -> (u64, u64) {
    let position = &sub.positions[sub.position_slot(0).unwrap()];
    (position.open_bids, position.open_asks)
}

#[test]
fn a_child_grows_by_what_its_parent_opened() {
    let mut sub = account(-(SOL as i64) / 4, &[resting(Side::Buy), stop_loss(1)]);
    assert!(fill(&mut sub, SOL / 4).changed.is_empty(), "it only closed the short");
    assert!(sub.orders[1].awaits_parent());
    let changes = fill(&mut sub, SOL / 2);
    assert_eq!(changes.changed, vec![sub.orders[1].record()]);
    assert!(sub.orders[1].awaits_trigger());
    assert_eq!((sub.orders[1].size, sub.orders[1].eligible_from), (SOL / 2, NOW + 2));
    sub.orders[1].eligible_from = NOW - 5;
    fill(&mut sub, SOL / 4);
    assert_eq!(
        (sub.orders[1].size, sub.orders[1].eligible_from),
        (SOL * 3 / 4, NOW - 5),
        "whoever fills may not delay it"
    );
    assert_eq!(open_sizes(&sub), (0, 0), "children never count");
}

#[test]
fn a_fill_that_turns_a_position_gives_the_child_only_what_it_opened() {
    let mut sub = account(-(SOL as i64) / 4, &[resting(Side::Buy), stop_loss(1)]);
    fill(&mut sub, SOL);
    assert_eq!(sub.orders[1].size, SOL * 3 / 4);
}

#[test]
fn a_child_bound_to_one_price_does_not_grow() {
    let mut sub = account(0, &[resting(Side::Buy), stop_loss(1)]);
    fill(&mut sub, SOL / 2);
    sub.orders[1].stage = OrderStage::Active as u8;
    let triggered = sub.orders[1];
    fill(&mut sub, SOL / 4);
    assert_eq!(sub.orders[1], triggered, "in flight");
    sub.orders[1].eligible_from = NOW - FILL_WINDOW_S;
    fill(&mut sub, SOL / 4);
    assert_eq!(sub.orders[1].size, SOL / 2, "lapsed");
}

#[test]
fn what_fills_of_one_is_taken_off_the_others_to_the_unit() {
    let mut other_market = grouped(resting(Side::Buy));
    other_market.market_index = 3;
    let mut other_group = grouped(resting(Side::Buy));
    other_group.group_id = 8;
    let mut sub = account(
        0,
        &[grouped(resting(Side::Buy)), grouped(resting(Side::Sell)), resting(Side::Buy), other_group, other_market],
    );
    let changes = fill(&mut sub, SOL / 4);
    assert_eq!(sub.orders.map(|o| o.size)[..5], [SOL, SOL * 3 / 4, SOL, SOL, SOL]);
    assert_eq!(open_sizes(&sub), (SOL * 11 / 4, SOL * 3 / 4));
    assert_eq!(changes.changed, vec![sub.orders[1].record()]);

    let changes = fill(&mut sub, SOL * 3 / 4);
    assert_eq!(
        changes.canceled.iter().map(|c| (c.order_id, c.reason)).collect::<Vec<_>>(),
        [(2, CancelReason::GroupFilled)]
    );
    assert_eq!(open_sizes(&sub), (SOL * 2, 0));
}

#[test]
fn an_order_in_flight_that_opens_is_not_taken_back_by_its_group() {
    let mut taker = grouped(resting(Side::Buy));
    (taker.time_in_force, taker.eligible_from) = (TimeInForce::ImmediateOrCancel as u8, NOW + 2);
    let mut closing = taker;
    (closing.side, closing.flags) = (Side::Sell as u8, taker.flags | order_flags::REDUCE_ONLY);
    let mut sub = account(SOL as i64, &[grouped(resting(Side::Buy)), taker, closing]);
    let changes = fill(&mut sub, SOL);
    assert_eq!(sub.orders[1].remaining(), SOL);
    assert_eq!(changes.canceled.len(), 1, "what closes may be cut: it cannot close more than there is");
    assert_eq!(sub.orders[2].in_use, 0);
}

#[test]
fn a_group_does_not_bind_a_parent_to_its_own_children() {
    let mut sub = account(0, &[grouped(resting(Side::Buy)), grouped(stop_loss(1))]);
    fill(&mut sub, SOL / 2);
    fill(&mut sub, SOL / 2);
    assert_eq!(sub.orders[1].size, SOL);
}

#[test]
fn reduce_only_orders_go_with_their_position_and_brackets_sleep_while_the_parent_may_fill() {
    let mut close = resting(Side::Sell);
    close.flags = order_flags::REDUCE_ONLY;
    let mut sub = account(0, &[resting(Side::Buy), stop_loss(1), close, resting(Side::Sell)]);
    fill(&mut sub, SOL / 2);
    let slot = sub.position_slot(0).unwrap();
    sub.positions[slot].base = 0;

    let changes = lapse_reductions(&mut sub, 0).unwrap();
    assert_eq!(
        changes.canceled.iter().map(|c| (c.order_id, c.reason)).collect::<Vec<_>>(),
        [(3, CancelReason::NothingToReduce)]
    );
    assert!(sub.orders[1].awaits_parent());
    assert_eq!(changes.changed, vec![sub.orders[1].record()]);
    fill(&mut sub, SOL / 2);
    assert_eq!((sub.orders[1].awaits_trigger(), sub.orders[1].size), (true, SOL / 2));
    assert_eq!(sub.orders[3].in_use, 1);

    sub.positions[slot].base = 0;
    let changes = lapse_reductions(&mut sub, 0).unwrap();
    assert_eq!(changes.canceled.len(), 1, "the parent is filled: its child goes");
    assert_eq!(sub.positions[slot].open_orders, 1);
}

#[test]
fn a_market_order_that_was_set_off_goes_for_good() {
    let mut sub = account(0, &[resting(Side::Buy), stop_loss(1)]);
    fill(&mut sub, SOL / 2);
    sub.orders[1].stage = OrderStage::Active as u8;
    let slot = sub.position_slot(0).unwrap();
    sub.positions[slot].base = 0;
    assert_eq!(lapse_reductions(&mut sub, 0).unwrap().canceled.len(), 1);
}

#[test]
fn sleeping_children_go_with_their_parent_and_woken_ones_stay() {
    let mut sub = account(0, &[resting(Side::Buy), stop_loss(1), stop_loss(1)]);
    sub.orders[2].stage = OrderStage::AwaitingTrigger as u8;
    let mut canceled = Vec::new();
    remove(&mut sub, 0, &mut canceled).unwrap();
    assert_eq!(canceled.iter().map(|c| (c.order_id, c.reason)).collect::<Vec<_>>(), [(2, CancelReason::ParentGone)]);
    assert_eq!(sub.orders[2].in_use, 1);
}

#[test]
fn a_trailing_child_starts_from_the_price_its_parent_filled_at() {
    let mut trailing = stop_loss(1);
    (trailing.trigger_price, trailing.trailing_distance) = (0, 3 * USD);
    let mut sub = account(0, &[resting(Side::Buy), trailing]);
    fill(&mut sub, SOL / 2);
    assert_eq!((sub.orders[1].trailing_extreme, sub.orders[1].trigger_price), (150 * USD, 147 * USD));
    let slot = sub.position_slot(0).unwrap();
    sub.positions[slot].base = 0;
    lapse_reductions(&mut sub, 0).unwrap();
    assert_eq!((sub.orders[1].trailing_extreme, sub.orders[1].trigger_price), (0, 0), "forgotten in its sleep");
}

#[test]
fn no_child_keeps_its_parent_from_filling() {
    let mut trailing = stop_loss(1);
    (trailing.trigger_price, trailing.trailing_distance) = (0, 150 * USD);
    let mut pegged = stop_loss(1);
    (pegged.kind, pegged.trigger_direction, pegged.trigger_price) = (OrderKind::Limit as u8, 0, 0);
    pegged.flags |= order_flags::PEGGED;
    pegged.peg_offset = -(150 * USD as i64);
    let mut sub = account(0, &[resting(Side::Buy), trailing, pegged]);
    assert_eq!(fill(&mut sub, SOL).changed.len(), 2);
    assert_eq!((sub.orders[1].trailing_extreme, sub.orders[1].trigger_price), (150 * USD, 0));
    assert!(sub.orders[2].has(order_flags::TAKES));
}
