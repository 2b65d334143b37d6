package dev.cairn.sample.fault;

class WarehouseClosedException extends RuntimeException {

	WarehouseClosedException() {
		super("The warehouse is closed");
	}

}
