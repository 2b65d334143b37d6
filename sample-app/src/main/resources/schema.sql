create table product (
	id bigint primary key,
	name varchar(100) not null,
	price decimal(10, 2) not null,
	stock integer not null check (stock >= 0)
);

create table purchase_order (
	id bigint generated always as identity primary key,
	product_id bigint not null references product,
	quantity integer not null check (quantity > 0),
	total decimal(12, 2) not null,
	parcel varchar(20)
);
