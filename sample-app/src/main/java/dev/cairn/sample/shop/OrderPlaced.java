package dev.cairn.sample.shop;

record OrderPlaced(Order order) {
}
