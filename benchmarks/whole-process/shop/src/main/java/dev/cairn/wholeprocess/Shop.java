package dev.cairn.wholeprocess;

import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.management.ThreadMXBean;

import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The service: a greeting that asks one timed bean and one counted bean, and publishes an
 * order.
 */
@RestController
@Import({ Prices.class, Visits.class })
public class Shop {

	private final Prices prices;

	private final Visits visits;

	private final Orders orders;

	private final AtomicLong handled = new AtomicLong();

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	Shop(Prices prices, Visits visits, Orders orders) {
		this.prices = prices;
		this.visits = visits;
		this.orders = orders;
	}

	@GetMapping("/hello")
	String hello() {
		long id = this.handled.incrementAndGet();
		int quantity = 1 + (int) (id & 3);
		BigDecimal total = this.prices.total(quantity);
		this.visits.count();
		this.orders.placed(new OrderPlaced(id, id & 1023, quantity, total));
		return "Hello, that makes " + total;
	}

	@GetMapping("/ready")
	String ready() {
		return "ready";
	}

	@GetMapping("/fault")
	String fault() {
		throw new IllegalStateException("A requested fault");
	}

	/**
	 * The bytes that all living threads have allocated, and the number of greetings.
	 */
	@GetMapping("/state")
	String state() {
		long allocated = 0;
		for (long bytes : this.threads.getThreadAllocatedBytes(this.threads.getAllThreadIds())) {
			allocated += Math.max(bytes, 0);
		}
		return allocated + " " + this.handled.get() + "\n";
	}

}
