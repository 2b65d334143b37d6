package dev.cairn.sample.warehouse;

record ParcelRequest(long orderId, int quantity) {
}
