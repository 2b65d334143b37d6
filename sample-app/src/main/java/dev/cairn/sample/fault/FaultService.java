package dev.cairn.sample.fault;

import java.net.SocketTimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;

@Service
class FaultService {

	private static final Logger logger = LoggerFactory.getLogger(FaultService.class);

	private static final long SLOW_MILLISECONDS = 1500;

	private static final int LINES = 10;

	private final JdbcClient jdbc;

	FaultService(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	void pay() {
		throw new PaymentDeclinedException();
	}

	void checkout() {
		try {
			askTheBank();
		}
		catch (SocketTimeoutException ex) {
			throw new CheckoutFailedException(ex);
		}
	}

	private void askTheBank() throws SocketTimeoutException {
		throw new SocketTimeoutException("The bank did not answer in time");
	}

	void waitForTheBank() throws InterruptedException {
		Thread.sleep(SLOW_MILLISECONDS);
	}

	/**
	 * Reads the product of each line of an order with a statement of its own.
	 */
	void readLines() {
		for (int line = 0; line < LINES; line++) {
			this.jdbc.sql("select name from product where id = ?").param(1 + line % 3).query(String.class).single();
		}
	}

	void ship() {
		throw new WarehouseClosedException();
	}

	void sendReceipt() {
		try {
			mailReceipt();
		}
		catch (ReceiptNotSentException ex) {
			logger.error("The order is fine, but its receipt was not sent", ex);
		}
	}

	private void mailReceipt() {
		throw new ReceiptNotSentException();
	}

	@Async
	void printInvoice() {
		throw new InvoiceNotPrintedException();
	}

}
