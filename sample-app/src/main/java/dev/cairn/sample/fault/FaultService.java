package dev.cairn.sample.fault;

import java.net.SocketTimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;

@Service
class FaultService {

	private static final Logger logger = LoggerFactory.getLogger(FaultService.class);

	private static final long SLOW_MILLISECONDS = 1500;

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
